import { applyOptions } from "../apply-options.ts";
import type { Command } from "../command.ts";
import { passwordStdin } from "./options.ts";

export const passwdCommand: Command = {
  name: "passwd",
  synopsis: "USER",
  summary: "set a user's password",
  description: [
    "Asks for the password twice, or takes it from standard input, has doveadm-pw(1) hash it, stores the hash, and signals password-modify. Any characters but line breaks are accepted, up to 511 bytes. The password is on no command line, and in no history and log.",
    "With --disable the password is taken away: no login, while mail is still delivered.",
  ],
  options: [passwordStdin, { name: "disable", summary: "take the password away" }, ...applyOptions],
  arguments: ["user"],
  count: [1, 1],
  examples: [
    ["mailwright passwd john", "asks twice"],
    ["mailwright passwd john --disable", "no login; mail is still delivered"],
  ],
  reports: true,
  takesOptionsAnywhere: true,
  load: async () => (await import("../deferred.ts")).deferred.passwd,
};

const some = { arguments: ["user"], count: [0, Number.POSITIVE_INFINITY] } as const;

export const quotaCommand: Command = {
  name: "quota",
  synopsis: "[recalc] [USER]…",
  summary: "what mailboxes hold and may hold",
  description: [
    "Lists all users, or those that are named, the largest mailbox first. Limits are set with user modify --quota, and by QuotaDefaultSize and QuotaStatus of dovecot.",
  ],
  options: [],
  ...some,
  examples: [
    ["mailwright quota", "all users"],
    ["mailwright quota recalc john", "count john's mail anew"],
  ],
  takesOptionsAnywhere: true,
  verbs: [
    {
      name: "recalc",
      synopsis: "[USER]…",
      summary: "have Dovecot count anew, where its figures are not what is there",
      description: [],
      options: [],
      ...some,
      examples: [
        ["mailwright quota recalc", "all users"],
        ["mailwright quota recalc john mary", "two"],
      ],
      takesOptionsAnywhere: true,
      load: async () => (await import("../deferred.ts")).deferred.recalc,
    },
  ],
  load: async () => (await import("../deferred.ts")).deferred.quota,
};
