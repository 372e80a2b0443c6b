import { applyOptions } from "../apply-options.ts";
import type { Command } from "../command.ts";
import { yes } from "../people/options.ts";

const one = { arguments: ["domain"], count: [1, 1], takesOptionsAnywhere: true } as const;

const verbs: readonly Command[] = [
  {
    name: "list",
    synopsis: "",
    summary: "list all keys, with what each is used for",
    description: [
      "A key signs, or is the next one, is idle while its domain's mail is not signed, or is old. One that is lost has been there, and its file is there no more: status 1.",
    ],
    options: [],
    arguments: [],
    count: [0, 0],
    examples: [
      ["mailwright dkim list", "a line each"],
      ["mailwright dkim list --json", "for programs"],
    ],
    takesOptionsAnywhere: true,
    load: async () => (await import("../deferred.ts")).deferred.listDkim,
  },
  {
    name: "show",
    synopsis: "DOMAIN",
    summary: "show the record that DNS must hold, for a form and for a zone file",
    description: [],
    options: [],
    ...one,
    examples: [
      ["mailwright dkim show example.com", "to be copied"],
      ["mailwright dkim show example.com --json", "for programs"],
    ],
    load: async () => (await import("../deferred.ts")).deferred.showDkim,
  },
  {
    name: "verify",
    synopsis: "DOMAIN",
    summary: "compare DNS with the key, and tell what else is missing there",
    description: [
      "Asks the machine's resolver. Status 1 where mail of the domain could not be verified: the record is missing, of another key, damaged, or there several times, or the mail is not signed. A missing MX, SPF or DMARC record is told, and changes no status.",
    ],
    options: [],
    ...one,
    examples: [
      ["mailwright dkim verify example.com", "with advice"],
      ["mailwright dkim verify example.com --json", "for programs"],
    ],
    load: async () => (await import("../deferred.ts")).deferred.verifyDkim,
  },
  {
    name: "rotate",
    synopsis: "DOMAIN",
    summary: "make a new key, and have it take over when DNS holds it",
    description: [
      "Makes a key with a selector of its own and shows its record; mail is signed with the old key on. With --finish the new one takes over, where DNS holds its record. The old record must stay for about a week, as long as mail is under way; then dkim retire removes the old key.",
    ],
    options: [
      { name: "finish", summary: "the new key signs from now on" },
      { name: "force", summary: "with --finish: whatever DNS holds" },
      { name: "cancel", summary: "the old key signs on, and the new one becomes old" },
      ...applyOptions,
    ],
    ...one,
    reports: true,
    examples: [
      ["mailwright dkim rotate example.com", "makes the key, and shows the record"],
      ["mailwright dkim rotate example.com --finish", "when it is published"],
    ],
    load: async () => (await import("../deferred.ts")).deferred.rotateDkim,
  },
  {
    name: "retire",
    synopsis: "DOMAIN SELECTOR",
    summary: "remove a key that signs no more",
    description: [],
    options: [yes],
    ...one,
    arguments: ["domain", "text"],
    count: [2, 2],
    examples: [
      ["mailwright dkim retire example.com default", "asks before the key is lost"],
      ["mailwright dkim retire example.com default --yes", "for scripts"],
    ],
    load: async () => (await import("../deferred.ts")).deferred.retireDkim,
  },
];

export const dkimCommand: Command = {
  name: "dkim",
  synopsis: "VERB [DOMAIN] [OPTION]…",
  summary: "keys that sign mail, and their records in DNS",
  description: [
    "Mail that users send after a login is signed (RFC 6376) for the domain in From, where OpenDkimStatus of that domain is enabled: mailwright domain modify DOMAIN --dkim. A subdomain is signed where it is a domain of its own. Mail from elsewhere, what programs of this machine send, and bounces are not signed.",
    "Keys are of RSA, with 2048 bits; Ed25519 (RFC 8463) is left out, since many servers do not verify it. One is made when it is first needed, as /var/lib/rspamd/dkim/DOMAIN.SELECTOR.key, and stays when the domain is not signed any more, or deleted. One that was brought along is put there before; that of NethServer 7, /etc/opendkim/keys/default.private, is taken for every domain where it is at that place. A key that is lost is never replaced unasked, while DNS still holds the old one.",
  ],
  options: [],
  arguments: [],
  count: [0, Number.POSITIVE_INFINITY],
  examples: [
    ["mailwright dkim show example.com", "what DNS must hold"],
    ["mailwright dkim verify example.com", "whether it does"],
  ],
  verbs,
  load: async () => (await import("../deferred.ts")).deferred.noVerb(verbs),
};
