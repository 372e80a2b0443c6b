import type { Command } from "../command.ts";

export const fetchCommand: Command = {
  name: "fetch",
  synopsis: "ACCOUNT… | --all",
  summary: "fetch mail from accounts at providers now",
  description: [
    "Runs getmail for the accounts of mailwright connector, delivers each message to the local user, and tells what became of it. A message is delivered once, however often a run is cut off, and nothing is deleted at the provider that the user has not been given, or told of. What cannot be delivered or checked now stays there for the next run, which carries on; what is larger than MessageSizeMax of postfix stays, too. Nothing is fetched by settings that are not applied. Status 1 where a run failed or messages are kept there.",
    "Spam that the filter finds goes to the folder for spam, whatever its score. What the filter does not let through (a virus, an attachment that is not allowed, a blocked sender) is not delivered: the user gets a note instead, one for a run, with senders and subjects. Each account has one run at a time. imaps and pop3s look at the certificate of the server; imap and pop3 take TLS where it offers STARTTLS, and look at none. mailwright-fetch.timer, or cron where systemd does not run, fetches by the minutes of Time.",
    'With --test it prints, by --json, {"logins": [{"connector", "problem"}]}; problem is absent where the login works.',
    'With --json it prints {"runs": [{"connector", "delivered", "spam", "refused", "kept", "seconds", "problem", "messages": [{"result", "from", "subject", "reason", "id"}]}]}; mailwright log trace takes the id; result is delivered, spam, refused, again (it was delivered by a run that was cut off) or kept; problem and reason are absent where all is well. Where several are meant, an account that the timer is at is told by problem; that is status 6 where it was named, and no failure with --all.',
  ],
  options: [
    { name: "all", summary: "every account that is enabled" },
    { name: "test", summary: "only log in there, and tell whether that works" },
    { name: "due", summary: "those whose time has come, until none is; for the timer" },
  ],
  arguments: ["connector"],
  count: [0, Number.POSITIVE_INFINITY],
  examples: [
    ["mailwright fetch jd@isp.net", "one account"],
    ["mailwright fetch --all --json", "for programs"],
  ],
  takesOptionsAnywhere: true,
  isLive: true,
  load: async () => (await import("../deferred.ts")).deferred.fetch,
};
