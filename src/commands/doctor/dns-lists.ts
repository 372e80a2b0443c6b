import { type Finding, warning } from "./finding.ts";

/**
 * The entry that every list of addresses holds so that it can be tried (RFC 5782, 5), in the list that Rspamd gives most
 * weight.
 */
export const triedEntry = "2.0.0.127.zen.spamhaus.org";

/** Answers that are no entries: the question came by a resolver that is refused, or there were too many of them. */
const refusals: Readonly<Record<string, string>> = {
  "127.255.255.254": "refuses the name server that this machine asks, for it is a public one",
  "127.255.255.255": "refuses the name server that this machine asks, for it asks too much",
};

/** `answer` holds the addresses of `triedEntry`; `undefined` where nobody says. */
export function judgeLists(answer: readonly string[] | undefined): Finding[] {
  if (answer === undefined) return [];
  const refusal = answer.map((address) => refusals[address]).find((text) => text !== undefined);
  if (refusal === undefined && answer.length > 0) return [];
  const what = refusal ?? "does not hold its own test entry here: some name server on the way hides it";
  return [
    warning(
      `zen.spamhaus.org ${what}; spam of known senders is not recognized by them`,
      "/etc/resolv.conf",
      "apt install unbound, and name no server but 127.0.0.1 in /etc/resolv.conf",
    ),
  ];
}
