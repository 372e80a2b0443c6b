import type { Command, Option } from "../command.ts";
import { yes } from "../people/options.ts";

const filters: readonly Option[] = [
  { name: "from", value: "TEXT", summary: "whose sender holds the text, by envelope or header" },
  { name: "to", value: "TEXT", summary: "one of whose recipients holds the text" },
  { name: "since", value: "TIME", summary: "held for less than TIME: 90m, 12h, 30d, 4w" },
  { name: "older", value: "TIME", summary: "held for longer than TIME" },
];

const all: Option = { name: "all", summary: "all of them, or all that the other options leave" };

const some = { arguments: ["text"], count: [0, Number.POSITIVE_INFINITY] } as const;

const verbs: readonly Command[] = [
  {
    name: "list",
    synopsis: "",
    summary: "list what is held, oldest first",
    description: [],
    options: filters,
    arguments: [],
    count: [0, 0],
    examples: [
      ["mailwright quarantine list", "a line each"],
      ["mailwright quarantine list --to john --since 2d --json", "for programs"],
    ],
    takesOptionsAnywhere: true,
    load: async () => (await import("../deferred.ts")).deferred.listHeld,
  },
  {
    name: "show",
    synopsis: "ID",
    summary: "show a message: envelope, why it is held, and its text",
    description: [],
    options: [{ name: "raw", summary: "print all of it as its sender sent it, for a program or a file" }],
    arguments: ["text"],
    count: [1, 1],
    examples: [
      ["mailwright quarantine show 7C7115D0", "safe for a terminal"],
      ["mailwright quarantine show 7C7115D0 --raw", "the message itself"],
    ],
    takesOptionsAnywhere: true,
    load: async () => (await import("../deferred.ts")).deferred.showHeld,
  },
  {
    name: "release",
    synopsis: "[ID]…",
    summary: "send messages on to their recipients; they leave the quarantine",
    description: [
      "A message goes to those whom its sender named, as it came and from that sender, and is not checked again. It is sent to all of its recipients or, where one is refused, to none, and stays: --send-to names others.",
    ],
    options: [
      {
        name: "send-to",
        value: "ADDRESS",
        summary: "to this address and not to its recipients; as often as needed",
      },
      ...filters,
      all,
      yes,
    ],
    ...some,
    examples: [
      ["mailwright quarantine release 7C7115D0", "one"],
      ["mailwright quarantine release --from partner.example.net --yes", "all of a sender's"],
    ],
    takesOptionsAnywhere: true,
    load: async () => (await import("../deferred.ts")).deferred.releaseHeld,
  },
  {
    name: "delete",
    synopsis: "[ID]…",
    summary: "remove messages for good",
    description: [],
    options: [...filters, all, yes],
    ...some,
    examples: [
      ["mailwright quarantine delete 7C7115D0", "asks first"],
      ["mailwright quarantine delete --older 30d --yes", "for a cron job"],
    ],
    takesOptionsAnywhere: true,
    load: async () => (await import("../deferred.ts")).deferred.deleteHeld,
  },
];

export const quarantineCommand: Command = {
  name: "quarantine",
  synopsis: "VERB [ID]… [OPTION]…",
  summary: "spam that is held: look at it, send it on, delete it",
  description: [
    "While QuarantineStatus of rspamd is enabled, spam is held in the mailbox QuarantineAccount instead of being refused, with its envelope noted in headers. What lies in that mailbox with these headers is the quarantine, whoever put it there; so nobody else should have rights in it. A message is named by the queue id under which it came, which the log and the notification have too.",
  ],
  options: [],
  arguments: [],
  count: [0, Number.POSITIVE_INFINITY],
  examples: [
    ["mailwright quarantine list", "what is held"],
    ["mailwright quarantine release 7C7115D0", "send a message on to its recipients"],
  ],
  verbs,
  load: async () => (await import("../deferred.ts")).deferred.noVerb(verbs),
};
