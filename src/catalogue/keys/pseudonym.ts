import { addressLoop } from "../address-loop.ts";
import type { KeyEntry, PropertyEntry } from "../entry.ts";
import { optionalText, publicMailbox, publicPrivate } from "./common.ts";

const events = ["pseudonym-create", "pseudonym-modify", "pseudonym-delete"];

const account: PropertyEntry = {
  kind: {
    kind: "list",
    of: { kind: "either", of: [{ kind: "account" }, publicMailbox, { kind: "address" }] },
    empty: true,
  },
  events,
  text: "Who gets mail to the address: users, groups, public mailboxes (vmail+FOLDER) and external addresses.",
};

export const pseudonym: KeyEntry = {
  database: "accounts",
  match: { type: "pseudonym" },
  key: { kind: { kind: "address", alone: "name@" }, name: "name@domain" },
  types: ["pseudonym", "pseudonym-deleted"],
  text: "A mail address: name@domain, or name@ for every domain with local delivery; the former wins.",
  events,
  properties: {
    Account: account,
    Access: {
      kind: publicPrivate,
      default: "public",
      events,
      text: "private: mail from outside to the address is refused; only trusted networks and logins may send it.",
    },
    ControlledBy: {
      kind: optionalText,
      events,
      text: "The program that made the address and looks after it; a note.",
    },
    Description: {
      kind: optionalText,
      events,
      text: "A note for administrators.",
    },
  },
  rules: [addressLoop],
};

/** Required of every domain (RFC 5321, 4.5.1), so it is there without being stored. */
export const postmaster: KeyEntry = {
  ...pseudonym,
  match: { key: "postmaster@" },
  text: "The address postmaster of every domain with local delivery.",
  properties: {
    ...pseudonym.properties,
    Account: { ...account, default: "root", events: ["pseudonym-modify"] },
  },
};
