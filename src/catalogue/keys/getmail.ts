import type { KeyEntry } from "../entry.ts";
import { needed } from "../rules.ts";
import { onOff, optionalHost, optionalText } from "./common.ts";

const events = ["nethserver-getmail-save"];

export const getmail: KeyEntry = {
  database: "getmail",
  match: { type: "getmail" },
  key: { kind: { kind: "string", minLength: 1 }, name: "username@server" },
  types: ["getmail"],
  text: "An account at another provider, from which mail is fetched into a local mailbox.",
  events,
  properties: {
    status: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Fetches the account's mail regularly.",
    },
    Account: {
      kind: { kind: "account", empty: true },
      events,
      text: "The user who gets the mail.",
    },
    Retriever: {
      kind: {
        kind: "enum",
        values: [
          "SimplePOP3Retriever",
          "SimplePOP3SSLRetriever",
          "SimpleIMAPRetriever",
          "SimpleIMAPSSLRetriever",
        ],
      },
      default: "SimpleIMAPSSLRetriever",
      events,
      text: "The protocol, as getmail calls it: POP3 or IMAP, with TLS from the start (SSL), or without, and then with STARTTLS where the server offers it; other retrievers of getmail are stored with --force.",
    },
    Server: {
      kind: optionalHost,
      events,
      text: "The provider's server.",
    },
    Port: {
      kind: { kind: "port", empty: true },
      events,
      text: "The TCP port of Server; empty: the usual one of the protocol.",
    },
    Username: {
      kind: optionalText,
      events,
      text: "The login name at Server.",
    },
    Password: {
      kind: optionalText,
      secret: true,
      events,
      text: "The password at Server.",
    },
    Delete: {
      kind: { kind: "integer", min: -1, unit: "days" },
      default: "-1",
      events,
      text: "After how many days a fetched message is deleted at the provider; 0: at once, -1: never.",
    },
    Time: {
      kind: { kind: "integer", min: 1, max: 60, unit: "minutes" },
      default: "30",
      events,
      text: "The minutes between two visits to the provider.",
    },
    FilterCheck: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Passes fetched mail through the spam and virus checks.",
    },
  },
  rules: [
    needed("Account", "status", "enabled", "the name of a user"),
    needed("Server", "status", "enabled", "a host name or an IP address"),
    needed("Username", "status", "enabled", "a login name"),
  ],
};
