import type { KeyEntry, Rule } from "../entry.ts";
import { listItems } from "../notation.ts";
import { relayHostConflict } from "../relay-credentials.ts";
import { needed } from "../rules.ts";
import { wholeBypass } from "../whole-internet.ts";
import { onOff, optionalAddress, optionalHost, relayPassword, relayUsername } from "./common.ts";

const events = ["nethserver-mail-common-save"];
const serverEvents = ["nethserver-mail-server-save"];
const smarthostEvents = ["nethserver-mail-smarthost-save"];

/** The port of master.cf for this machine's own services, which listens there alone. */
const internalPort: Rule = {
  when: "set",
  properties: ["TCPPorts"],
  check: ({ prop }) =>
    listItems(prop("TCPPorts")).includes("10025")
      ? {
          property: "TCPPorts",
          reason: "port 10025 is that of this machine's own services",
          accepted: "any other ports",
        }
      : undefined,
};

export const postfix: KeyEntry = {
  database: "configuration",
  match: { key: "postfix" },
  types: ["service"],
  text: "The SMTP server: what it accepts, from whom, and how mail leaves.",
  events: [],
  properties: {
    status: {
      kind: onOff,
      default: "enabled",
      events: serverEvents,
      text: "Runs Postfix; disabled: no mail is accepted, sent or delivered.",
    },
    TCPPorts: {
      kind: { kind: "list", of: { kind: "port" }, empty: true },
      default: "25,465,587",
      events,
      text: "The TCP ports of SMTP: 25 for other servers, 465 and 587 for logins.",
    },
    MessageSizeMax: {
      kind: { kind: "integer", min: 1_000_000, max: 1_000_000_000, unit: "bytes" },
      default: "20000000",
      events,
      text: "Messages larger than so many bytes are refused; attachments grow by a third on their way.",
    },
    MessageQueueLifetime: {
      kind: { kind: "integer", min: 1, max: 30, unit: "days", words: ["default"] },
      default: "4",
      events,
      text: "How many days Postfix tries to send a message, and a notice of its failure, before it gives up; default: Postfix's own 5 days.",
    },
    AlwaysBccStatus: {
      kind: onOff,
      default: "disabled",
      events,
      text: "Sends a hidden copy of every message, incoming and outgoing, to AlwaysBccAddress.",
    },
    AlwaysBccAddress: {
      kind: optionalAddress,
      events,
      text: "Who gets the hidden copies of all mail.",
    },
    HeloHost: {
      kind: { kind: "domain", form: "fqdn", empty: true },
      events,
      text: "The name by which Postfix introduces itself to other servers (HELO); it should be in public DNS. Empty: the full host name.",
    },
    ConnectionsLimit: {
      kind: { kind: "integer", min: 0 },
      default: "0",
      events,
      text: "How many SMTP connections are served at the same time; 0: Postfix's default.",
    },
    ConnectionsLimitPerIp: {
      kind: { kind: "integer", min: 0 },
      default: "0",
      events,
      text: "How many SMTP connections one client address may have at the same time; 0: Postfix's default.",
    },
    AccessPolicies: {
      kind: { kind: "list", of: { kind: "enum", values: ["smtpauth", "trustednetworks"] }, empty: true },
      events,
      text: "Exceptions for old devices: smtpauth lets clients log in on port 25 too, trustednetworks lets clients in trusted networks relay without a login.",
    },
    AccessBypassList: {
      kind: { kind: "list", of: { kind: "network" }, empty: true },
      events,
      text: "Clients, by IP address or network, that may relay without a login and whose mail is not filtered at all.",
    },
    SenderValidation: {
      kind: onOff,
      default: "disabled",
      events: serverEvents,
      text: "A login may only send from addresses that deliver to it. A login name that holds a blank cannot send then: Postfix parts the names of such a list at blanks.",
    },
    SystemUserRecipientStatus: {
      kind: onOff,
      default: "disabled",
      events: serverEvents,
      text: "Accepts mail from outside to user@localhost, user@localhost.DOMAIN and user@HOST.DOMAIN.",
    },
    DynamicGroupAlias: {
      kind: onOff,
      default: "disabled",
      events: serverEvents,
      text: "Gives each group an address of its name that reaches all members; MailStatus of a group switches one off.",
    },
    SmartHostStatus: {
      kind: onOff,
      default: "disabled",
      events: smarthostEvents,
      text: "Sends outgoing mail that no rule in smarthosts matches through SmartHostName instead of straight to its destination.",
    },
    SmartHostName: {
      kind: optionalHost,
      events: smarthostEvents,
      text: "The default relay host, without brackets and port; no MX lookup is made.",
    },
    SmartHostPort: {
      kind: { kind: "port" },
      default: "25",
      events: smarthostEvents,
      text: "The TCP port of SmartHostName.",
    },
    SmartHostUsername: {
      kind: relayUsername,
      events: smarthostEvents,
      text: "The login name at SmartHostName; empty: no login.",
    },
    SmartHostPassword: {
      kind: relayPassword,
      secret: true,
      events: smarthostEvents,
      text: "The password at SmartHostName.",
    },
    SmartHostTlsStatus: {
      kind: onOff,
      default: "enabled",
      events: smarthostEvents,
      text: "enabled: mail waits rather than travel to SmartHostName without TLS; disabled: TLS where it is offered.",
    },
  },
  rules: [
    needed("AlwaysBccAddress", "AlwaysBccStatus", "enabled", "an address"),
    needed("SmartHostName", "SmartHostStatus", "enabled", "a host name or an IP address"),
    internalPort,
    relayHostConflict,
    wholeBypass,
  ],
};
