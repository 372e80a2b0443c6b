import type { KeyEntry } from "../entry.ts";
import { uniqueName } from "../unique-name.ts";
import { onOff, optionalText, publicPrivate } from "./common.ts";

const events = ["group-create", "group-modify", "group-delete", "mailbox-save"];

export const group: KeyEntry = {
  database: "accounts",
  match: { type: "group" },
  key: { kind: { kind: "account" }, name: "group@domain" },
  types: ["group"],
  text: "A group of users; with DynamicGroupAlias of postfix its name is an address that reaches each member.",
  events,
  properties: {
    Members: {
      kind: { kind: "list", of: { kind: "account" }, empty: true },
      events,
      text: "The users of the group, where groups are records of the accounts database.",
    },
    Description: {
      kind: optionalText,
      events,
      text: "A note for administrators.",
    },
    MailStatus: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Gives the group its address while DynamicGroupAlias is enabled.",
    },
    MailAccess: {
      kind: publicPrivate,
      default: "public",
      events,
      text: "private: mail from outside to the group is refused; only trusted networks and logins may send it.",
    },
  },
  rules: [uniqueName],
};
