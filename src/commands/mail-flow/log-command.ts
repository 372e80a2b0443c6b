import type { Command, Option } from "../command.ts";

const since: Option = {
  name: "since",
  value: "TIME",
  summary: "30m, 12h, 2d back from now, or a date as 2026-11-25",
};

const file: Option = {
  name: "file",
  value: "FILE",
  summary: "this log and not those in /var/log; .gz, .xz and .zst too; as often as needed",
};

const verbs: readonly Command[] = [
  {
    name: "trace",
    synopsis: "[QUEUE-ID|MESSAGE-ID|ADDRESS]",
    summary: "follow a message through Postfix, Rspamd, Dovecot and Sieve",
    description: [
      "Prints what became of each message, a line for each recipient and what is wrong first, and then all that the logs say of it " +
        "as one time line: of copies, forwards, notifications, of what was queued anew, fetched from a provider, or held in the " +
        "quarantine and released, too. Logs that were rotated and compressed are read; where none are kept, the journal is.",
      "A message identifier stands in <>. Of an address, with whatever tag (john+TAG@…), of a user (john, at whatever domain), of a " +
        "domain (example.org or @example.org), or of an account of mailwright connector, the newest messages are told of. What " +
        "mailwright fetch calls a message, its X-Fetch-Id, is taken too. Without an argument the newest messages are listed, a line each.",
      "What a client was refused before there was a message has no identifier: it is found by its sender or recipient where the " +
        "client had named one, and else in the list. Put off is a refusal for now, with a code 4xx: the other server tries again.",
      "With --json: a list of messages, each with queueId, messageId, from, size (bytes), origin, children, filter (score, limit, " +
        "action, forced, symbols), ends (to, original, end, where, reason, time, attempts), verdict and records. end is " +
        "delivered, relayed, forwarded, discarded, deferred, returned, refused, put off, held, quarantined, kept (at the provider), " +
        "deleted, queued, unfinished, or probed: no mail, but a question whether the address is there.",
    ],
    options: [
      since,
      file,
      { name: "limit", value: "COUNT", summary: "so many messages, the newest; 20 unless given" },
      { name: "follow", summary: "go on with what is written, until Ctrl-C" },
    ],
    arguments: ["text"],
    count: [0, 1],
    examples: [
      ["mailwright log trace john@domain.org --since 2d", "what came for him, and from him"],
      ["mailwright log trace --since 1h", "the newest messages, a line each"],
    ],
    takesOptionsAnywhere: true,
    load: async () => (await import("../deferred.ts")).deferred.logTrace,
  },
  {
    name: "summary",
    synopsis: "",
    summary: "count messages by day, sender, recipient or reason",
    description: [
      "The columns: messages that came into the queue, or were fetched, and size, their bytes together; delivered, returned: " +
        "recipients who have got it, here or elsewhere, or never will; deferred: recipients whose mail waited, each once however " +
        "often it was tried; refused: refusals while the client was connected, at whatever stage, for ever or for now (4xx); " +
        "flagged: what the filter called spam. A recipient has no messages and size, and a reason is one of deferred, returned " +
        "or refused alone. A sender is unknown where the logs do not tell one, and <> is that of notifications; of fetched mail " +
        "it is the address in From where the provider keeps none.",
      "With --json: a list of objects with the day, sender, recipient or reason, and messages, bytes, delivered, deferred, " +
        "returned, refused and flagged; what has no column is 0.",
    ],
    options: [
      {
        name: "by",
        value: "WHAT",
        words: ["day", "sender", "recipient", "reason"],
        summary: "what is counted together; day unless given",
      },
      since,
      file,
    ],
    arguments: [],
    count: [0, 0],
    examples: [
      ["mailwright log summary --since 7d", "a line a day"],
      ["mailwright log summary --by reason --since 1d", "why mail was refused, put off or returned"],
    ],
    takesOptionsAnywhere: true,
    load: async () => (await import("../deferred.ts")).deferred.logSummary,
  },
];

export const logCommand: Command = {
  name: "log",
  synopsis: "VERB [ARGUMENT] [OPTION]…",
  summary: "tell what became of messages, from the logs",
  description: [],
  options: [],
  arguments: [],
  count: [0, Number.POSITIVE_INFINITY],
  examples: [
    ["mailwright log trace john@domain.org", "verdict and time line of his messages"],
    ["mailwright log summary --by sender", "who sends how much"],
  ],
  verbs,
  load: async () => (await import("../deferred.ts")).deferred.noVerb(verbs),
};
