import type { Command, Option } from "../command.ts";
import { yes } from "../people/options.ts";

const dryRun: Option = { name: "dry-run", summary: "tell which messages are meant, and do nothing" };

/** Which messages are meant: those for which all that is given is true. */
const filters: readonly Option[] = [
  { name: "older", value: "AGE", summary: "in the queue for longer: 30m, 12h, 2d" },
  { name: "to", value: "ADDRESS", summary: "that wait for this recipient, or for a domain as @DOMAIN" },
  { name: "from", value: "ADDRESS", summary: "of this envelope sender, of @DOMAIN, or <> for notifications" },
  { name: "reason", value: "TEXT", summary: "with this in what Postfix says of the delay" },
  {
    name: "queue",
    value: "NAME",
    words: ["active", "deferred", "hold", "incoming", "maildrop"],
    summary: "in this part of the queue",
  },
];

const selecting: readonly Option[] = [
  { name: "all", summary: "all messages" },
  ...filters,
  { name: "shared", summary: "with --to and --reason: those that others wait for too" },
  dryRun,
];

const selectingText =
  "Messages are named by identifiers, or selected: all that is given must be true. Addresses are compared whole and without " +
  "regard to case. A message that waits for several recipients is meant by --to only where all of them are.";

const any: Pick<Command, "arguments" | "count" | "takesOptionsAnywhere" | "isLive"> = {
  arguments: ["queue-id"],
  count: [0, Number.POSITIVE_INFINITY],
  takesOptionsAnywhere: true,
  isLive: true,
};

const verbs: readonly Command[] = [
  {
    name: "list",
    synopsis: "[ID…]",
    summary: "list what waits, oldest first, with the reasons",
    description: [
      "450 4.1.1 <ADDRESS> User doesn't exist means that mail was taken for a mailbox whose user Dovecot does not have, or not yet. " +
        "It is no reason to return it at once: Postfix tries again. If the user is to be there, add it (mailwright user add), and " +
        "resend; if it is gone for good, mailwright queue delete --to ADDRESS.",
      "With --json: a list of id, queue, arrival, size (bytes), from, and recipients with address and reason.",
    ],
    options: [...filters, { name: "summary", summary: "count messages by the reason of their delay" }],
    ...any,
    examples: [
      ["mailwright queue list", "all of it"],
      ["mailwright queue list --older 2d --to @example.net", "what waits long for a domain"],
    ],
    load: async () => (await import("../deferred.ts")).deferred.queueList,
  },
  {
    name: "show",
    synopsis: "ID",
    summary: "show a message's envelope, why it waits, and its headers",
    description: [],
    options: [{ name: "raw", summary: "print headers and body as they lie in the queue" }],
    ...any,
    count: [1, 1],
    examples: [
      ["mailwright queue show 4dpqvF6C9sz3H", "envelope, reasons, headers"],
      ["mailwright queue show 4dpqvF6C9sz3H --raw", "the message itself"],
    ],
    load: async () => (await import("../deferred.ts")).deferred.queueShow,
  },
  {
    name: "flush",
    synopsis: "",
    summary: "try every message now",
    description: [],
    options: [],
    arguments: [],
    count: [0, 0],
    examples: [
      ["mailwright queue flush", "after an outage"],
      ["mailwright queue flush && mailwright queue watch", "and look on"],
    ],
    takesOptionsAnywhere: true,
    isLive: true,
    load: async () => (await import("../deferred.ts")).deferred.queueFlush,
  },
  changing("resend", "try messages now", [
    ["mailwright queue resend --to @example.net", "the domain answers again"],
    ["mailwright queue resend 4dpqvF6C9sz3H", "one"],
  ]),
  changing("hold", "keep messages in the queue until they are released", [
    ["mailwright queue hold --from john@domain.org", "all of a sender"],
    ["mailwright queue hold 4dpqvF6C9sz3H", "one"],
  ]),
  changing("release", "let held messages go", [
    ["mailwright queue release --all", "all that are held"],
    ["mailwright queue release 4dpqvF6C9sz3H", "one"],
  ]),
  changing(
    "delete",
    "remove messages from the queue, unsent",
    [
      ["mailwright queue delete --to nobody@example.net --dry-run", "which would go"],
      ["mailwright queue delete --older 4d --yes", "for scripts"],
    ],
    [yes],
  ),
  {
    name: "watch",
    synopsis: "",
    summary: "draw messages and kilobytes of the last minutes",
    description: [
      "Draws two charts over each other until Ctrl-C; where standard output is no terminal it prints a line for each look, or with --json an object.",
    ],
    options: [
      { name: "every", value: "SECONDS", summary: "between two looks; 2 unless given" },
      { name: "count", value: "LOOKS", summary: "end after so many" },
    ],
    arguments: [],
    count: [0, 0],
    examples: [
      ["mailwright queue watch", "until Ctrl-C"],
      ["mailwright queue watch --every 60 --json", "a record of it"],
    ],
    takesOptionsAnywhere: true,
    isLive: true,
    load: async () => (await import("../deferred.ts")).deferred.queueWatch,
  },
];

function changing(
  name: "resend" | "hold" | "release" | "delete",
  summary: string,
  examples: Command["examples"],
  more: readonly Option[] = [],
): Command {
  return {
    name,
    synopsis: "ID…|--all|SELECTION",
    summary,
    description: [selectingText],
    options: [...selecting, ...more],
    ...any,
    examples,
    load: async () => (await import("../deferred.ts")).deferred.queueChange(name),
  };
}

export const queueCommand: Command = {
  name: "queue",
  synopsis: "VERB [ID…] [OPTION]…",
  summary: "look at Postfix's queue, and change it",
  description: [],
  options: [],
  arguments: [],
  count: [0, Number.POSITIVE_INFINITY],
  examples: [
    ["mailwright queue list --summary", "how much waits, and why"],
    ["mailwright queue watch", "a chart of the last minutes"],
  ],
  verbs,
  load: async () => (await import("../deferred.ts")).deferred.noVerb(verbs),
};
