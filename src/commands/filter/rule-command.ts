import { applyOptions } from "../apply-options.ts";
import type { Command } from "../command.ts";

const changing = { reports: true, takesOptionsAnywhere: true } as const;
const some = { arguments: ["rule-kind", "rule"], count: [2, Number.POSITIVE_INFINITY] } as const;

const verbs: readonly Command[] = [
  {
    name: "add",
    synopsis: "KIND ADDRESS|DOMAIN…",
    summary: "add rules, and signal nethserver-mail-filter-save",
    description: [
      "A rule that is there already stays as it is. What makes a rule useless is said: another that covers it, or an Allow rule that wins over it.",
    ],
    options: applyOptions,
    ...some,
    examples: [
      [
        "mailwright rule add block-from spammer.example",
        "mail from the domain and its subdomains is refused",
      ],
      ["mailwright rule add allow-to abuse@example.org", "what is sent there is accepted unchecked"],
    ],
    ...changing,
    load: async () => (await import("../deferred.ts")).deferred.addRules,
  },
  {
    name: "list",
    synopsis: "[KIND]",
    summary: "list the rules, and those that another one makes useless",
    description: [],
    options: [],
    arguments: ["rule-kind"],
    count: [0, 1],
    examples: [
      ["mailwright rule list", "all of them"],
      ["mailwright rule list block-from --json", "for programs"],
    ],
    takesOptionsAnywhere: true,
    load: async () => (await import("../deferred.ts")).deferred.listRules,
  },
  {
    name: "delete",
    synopsis: "KIND ADDRESS|DOMAIN…",
    summary: "take rules away, and signal nethserver-mail-filter-save",
    description: [],
    options: applyOptions,
    ...some,
    examples: [
      ["mailwright rule delete block-from spammer.example", "its mail is checked as all other"],
      ["mailwright rule delete allow-from a@b.example c.example", "two"],
    ],
    ...changing,
    load: async () => (await import("../deferred.ts")).deferred.deleteRules,
  },
];

export const ruleCommand: Command = {
  name: "rule",
  synopsis: "VERB [KIND] [ADDRESS|DOMAIN]…",
  summary: "whose mail is accepted unchecked, and whose is refused",
  description: [
    "KIND is allow-from, by the sender of SMTP; allow-to, by the recipient, and for all recipients of a message where one is named; or block-from, by the sender of SMTP and by the header From. Allow wins over block, and skips the checks for spam, viruses, attachments and macros.",
    "A domain stands for its subdomains too, an address for those with a tag (user+tag@). Capitals do not matter. Mail with the empty sender fits no rule by the sender of SMTP, and neither does a sender whose domain is sent in UTF-8 (SMTPUTF8), which Rspamd does not see there.",
    "A sender is easily forged: who says to be an allowed one gets all past the checks, viruses too.",
  ],
  options: [],
  arguments: [],
  count: [0, Number.POSITIVE_INFINITY],
  examples: [
    ["mailwright rule list", "all rules"],
    ["mailwright rule add allow-from partner.example", "its mail skips all checks"],
  ],
  verbs,
  load: async () => (await import("../deferred.ts")).deferred.noVerb(verbs),
};
