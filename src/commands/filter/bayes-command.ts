import type { Command } from "../command.ts";
import { yes } from "../people/options.ts";

const none = { arguments: [], count: [0, 0] } as const;

const status: Command = {
  name: "status",
  synopsis: "",
  summary: "how much is learned, and whether mail is judged by it",
  description: [],
  options: [],
  ...none,
  examples: [
    ["mailwright bayes status", "with bars at a terminal"],
    ["mailwright --json bayes status", "for scripts"],
  ],
  takesOptionsAnywhere: true,
  load: async () => (await import("../deferred.ts")).deferred.bayesStatus,
};

const learn: Command = {
  name: "learn",
  synopsis: "--spam|--ham [FILE…]",
  summary: "have the filter learn messages",
  description: [
    "FILE is a message, an mbox, or a folder: a Maildir, or one whose files are messages. Without one, or as -, it is standard input. A message that was learned already is not learned again; one that was learned as the other kind is taken back there.",
  ],
  options: [
    { name: "spam", summary: "they are spam" },
    { name: "ham", summary: "they are wanted" },
  ],
  arguments: ["file"],
  count: [0, Number.POSITIVE_INFINITY],
  examples: [
    ["mailwright bayes learn --spam /var/lib/nethserver/vmail/john/Maildir/.Junk", "all of John's spam"],
    ["mailwright bayes learn --ham letter.eml", "one message"],
  ],
  takesOptionsAnywhere: true,
  load: async () => (await import("../deferred.ts")).deferred.learn,
};

const forget: Command = {
  name: "forget",
  synopsis: "--all",
  summary: "have the filter begin anew",
  description: [],
  options: [{ name: "all", summary: "all that is learned" }, yes],
  ...none,
  examples: [
    ["mailwright bayes forget --all", "asks first"],
    ["mailwright bayes forget --all --yes", "for scripts"],
  ],
  takesOptionsAnywhere: true,
  load: async () => (await import("../deferred.ts")).deferred.forget,
};

const verbs = [status, learn, forget];

export const bayesCommand: Command = {
  name: "bayes",
  synopsis: "VERB …",
  summary: "what the spam filter has learned from messages",
  description: [
    "The filter learns from users who move mail into the folder for spam (SpamFolder of dovecot) and out of it, all of them or, where there is a group spamtrainers, its members. It judges by what it has learned once it knows 200 messages of spam and 200 of ham, for the whole site.",
  ],
  options: [],
  arguments: ["text"],
  count: [0, Number.POSITIVE_INFINITY],
  examples: [
    ["mailwright bayes status", "how far it is"],
    ["mailwright bayes learn --ham letter.eml", "one message"],
  ],
  verbs,
  load: async () => (await import("../deferred.ts")).deferred.noVerb(verbs),
};
