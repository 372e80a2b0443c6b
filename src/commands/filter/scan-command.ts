import type { Command } from "../command.ts";

export const scanCommand: Command = {
  name: "scan",
  synopsis: "FILE…",
  summary: "what the filter would make of a message",
  description: [
    "Has the running Rspamd check messages, each in a file, or the one on standard input (-), and shows what would become of each of them: accepted, flagged as spam, put off, refused, or kept in the quarantine; with the score, the reason, and each symbol of Rspamd with what it adds to the score.",
    "How the message came is told by the options, and else by what this server noted in it when it took and delivered it: Return-Path, Delivered-To, and its own Received line. Where the client's address is not known, nothing that goes by it is checked, such as SPF, and its missing name counts against the message.",
    "Nothing is changed by a scan: nothing is learned, noted, put off or kept, and nobody is told. What Rspamd has learned since, DNS, and greylisting, which accepts a later attempt, may make the true verdict another one.",
    "The exit status is 0 when all messages were scanned, whatever came of it, and 1 when one could not be read or Rspamd did not answer.",
  ],
  options: [
    { name: "from", value: "ADDRESS", summary: "the sender of SMTP; <> for none" },
    { name: "to", value: "ADDRESS", summary: "a recipient; as often as needed" },
    { name: "ip", value: "ADDRESS", summary: "the client's IP address" },
    { name: "hostname", value: "NAME", summary: "the client's name by DNS" },
    { name: "helo", value: "NAME", summary: "the name that the client gives" },
    { name: "user", value: "NAME", summary: "the login that sends it" },
  ],
  arguments: ["file"],
  count: [1, Number.POSITIVE_INFINITY],
  examples: [
    ["mailwright scan message.eml --ip 192.0.2.7 --from a@b.example --to c@d.example", "one from outside"],
    ["mailwright scan --json - < message.eml", "for programs"],
  ],
  takesOptionsAnywhere: true,
  load: async () => (await import("../deferred.ts")).deferred.scan,
};
