import type { KeyEntry, RuleRecord } from "../entry.ts";
import type { Kind } from "../kinds.ts";
import { isDeleted, needed } from "../rules.ts";
import { onOff, optionalAddress, optionalHost, optionalText, publicMailbox } from "./common.ts";

const events = ["domain-create", "domain-modify", "domain-delete"];

/** One label of a name in DNS, in lower case, as files and records are then named alike. */
const selector: Kind = {
  kind: "pattern",
  pattern: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/u,
  accepted: "up to 63 lower-case letters, digits and hyphens",
};

/** Whether mail to the domain is passed on to another server. */
export function isRelayed(record: RuleRecord): boolean {
  return record.prop("TransportType") === "Relay" && !isDeleted(record);
}

export const domain: KeyEntry = {
  database: "domains",
  match: { type: "domain" },
  key: { kind: { kind: "domain" }, name: "domain" },
  types: ["domain", "domain-deleted"],
  text: "A mail domain for which this server accepts mail.",
  events,
  properties: {
    Description: {
      kind: optionalText,
      events,
      text: "A note for administrators.",
    },
    TransportType: {
      kind: { kind: "enum", values: ["LocalDelivery", "Relay", "SmtpSink", "none"] },
      default: "LocalDelivery",
      events,
      text: "What happens to mail for the domain: LocalDelivery puts it into mailboxes here, Relay passes it on to RelayHost, SmtpSink accepts it and throws it away, none refuses it.",
    },
    RelayHost: {
      kind: optionalHost,
      events,
      text: "The server that gets the domain's mail while TransportType is Relay; no MX lookup is made.",
    },
    RelayPort: {
      kind: { kind: "port" },
      default: "25",
      events,
      text: "The TCP port of RelayHost.",
    },
    AlwaysBccStatus: {
      kind: onOff,
      default: "disabled",
      events,
      text: "Sends a hidden copy of every message to the domain to AlwaysBccAddress; its recipients get it too.",
    },
    AlwaysBccAddress: {
      kind: optionalAddress,
      events,
      text: "Who gets the hidden copies of the domain's mail.",
    },
    UnknownRecipientsActionType: {
      kind: { kind: "enum", values: ["bounce", "deliver"] },
      default: "bounce",
      events,
      text: "Mail to an unknown address of the domain is refused with 550 (bounce), or accepted into UnknownRecipientsActionDeliverMailbox (deliver).",
    },
    UnknownRecipientsActionDeliverMailbox: {
      kind: { kind: "either", of: [publicMailbox, { kind: "account" }], empty: true },
      events,
      text: "The mailbox for unknown addresses: a user's, or vmail+FOLDER for a public one.",
    },
    OpenDkimStatus: {
      kind: onOff,
      default: "disabled",
      events,
      text: "Signs mail that users send from the domain with DKIM; publish the key that mailwright dkim show prints.",
    },
    DkimSelector: {
      kind: selector,
      default: "default",
      events,
      text: "Which key signs: the record SELECTOR._domainkey of the domain names it. mailwright dkim rotate changes it.",
    },
    DkimNextSelector: {
      kind: { ...selector, empty: true },
      events,
      text: "The key that takes over when it is published; mailwright dkim rotate sets it.",
    },
    DisclaimerStatus: {
      kind: onOff,
      default: "disabled",
      events,
      text: "Appends DisclaimerText to mail sent from the domain, signed or encrypted mail excepted.",
    },
    DisclaimerText: {
      kind: { kind: "string", maxLength: 2048, multiline: true, empty: true },
      events,
      text: "The legal note that sent mail gets, in Markdown and at most 2048 characters long.",
    },
  },
  rules: [
    {
      when: "set",
      properties: ["TransportType"],
      check(record, context) {
        const primary = record.key.toLowerCase() === context.primaryDomain.toLowerCase();
        if (!primary || !isRelayed(record)) return undefined;
        const reason = `${record.key} is the primary domain, whose mail is delivered on this server`;
        return { property: "TransportType", reason, accepted: "LocalDelivery" };
      },
    },
    needed("RelayHost", "TransportType", "Relay", "a host name or an IP address"),
    needed("AlwaysBccAddress", "AlwaysBccStatus", "enabled", "an address"),
    needed(
      "UnknownRecipientsActionDeliverMailbox",
      "UnknownRecipientsActionType",
      "deliver",
      "a user, or vmail+FOLDER for a public mailbox",
    ),
    {
      when: "set",
      properties: ["DkimSelector", "DkimNextSelector"],
      check(record) {
        const next = record.prop("DkimNextSelector");
        if (next === "" || next !== record.prop("DkimSelector")) return undefined;
        const reason = `the key of selector ${next} signs already`;
        return { property: "DkimNextSelector", reason, accepted: "another selector, or none" };
      },
    },
    needed("DisclaimerText", "DisclaimerStatus", "enabled", "text of at most 2048 characters"),
  ],
};
