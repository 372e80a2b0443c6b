import type { KeyEntry } from "../entry.ts";
import { relayRuleConflict } from "../relay-credentials.ts";
import { needed } from "../rules.ts";
import { onOff, optionalHost, optionalText, relayPassword, relayUsername } from "./common.ts";

const events = ["nethserver-mail-smarthost-save"];

export const smarthost: KeyEntry = {
  database: "smarthosts",
  match: { type: "sender" },
  key: { kind: { kind: "address", alone: "@domain" }, name: "address or @domain" },
  types: ["sender", "recipient"],
  text: "A relay host for mail from (sender) or to (recipient) the address or @domain that is the key; the type says which.",
  events,
  properties: {
    status: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Uses the rule.",
    },
    Host: {
      kind: optionalHost,
      events,
      text: "The relay host, without brackets and port; no MX lookup is made.",
    },
    Port: {
      kind: { kind: "port" },
      default: "587",
      events,
      text: "The TCP port of Host.",
    },
    Username: {
      kind: relayUsername,
      events,
      text: "The login name at Host; empty: no login.",
    },
    Password: {
      kind: relayPassword,
      secret: true,
      events,
      text: "The password at Host.",
    },
    TlsStatus: {
      kind: onOff,
      default: "enabled",
      events,
      text: "enabled: mail waits rather than travel to Host without TLS; disabled: TLS where it is offered. Where two rules share a host, the stricter holds.",
    },
    Description: {
      kind: optionalText,
      events,
      text: "A note for administrators.",
    },
  },
  rules: [needed("Host", "status", "enabled", "a host name or an IP address"), relayRuleConflict],
};
