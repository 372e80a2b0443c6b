import type { KeyEntry } from "../entry.ts";

const events = ["nethserver-mail-server-save"];

export const sssd: KeyEntry = {
  database: "configuration",
  match: { key: "sssd" },
  types: ["service"],
  text: "Where users, groups and their passwords come from.",
  events,
  properties: {
    Provider: {
      kind: { kind: "enum", values: ["none", "system"] },
      default: "none",
      events,
      text: "none: users and groups are records of the accounts database, passwords included; system: they are also the people that the system knows (NSS, from UID_MIN of login.defs on), who log in by its passwords (PAM); SSSD, where it feeds the system, must enumerate them.",
    },
  },
};
