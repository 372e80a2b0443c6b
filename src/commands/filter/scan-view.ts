import { harmless } from "../../format/harmless.ts";
import type { Style } from "../../format/style.ts";
import { columns } from "../../format/table.ts";
import { isIn } from "../../mail/networks.ts";
import type { Answer, FilterSymbol } from "./scan-answer.ts";
import type { Envelope } from "./scan-request.ts";

/** What would become of a message. */
type Action = "accepted" | "put off" | "flagged" | "refused" | "held";

interface Outcome {
  readonly action: Action;
  /** What the client is told of a rule that forces the action. */
  readonly reason?: string;
}

export interface Scanned extends Outcome {
  readonly file: string;
  readonly envelope: Envelope;
  readonly score: number;
  readonly symbols: readonly FilterSymbol[];
}

/** Of the settings, what makes an outcome of a verdict; no level: none is acted on. */
export interface Filter {
  readonly thresholds: {
    readonly greylist: number | undefined;
    readonly flag: number | undefined;
    readonly refuse: number | undefined;
  };
  readonly quarantine: {
    readonly active: boolean;
    /** The addresses that lead to its mailbox alone, in lower case. */
    readonly own: readonly string[];
    readonly actions: readonly string[];
  };
  /** Networks whose mail is never put off for its score, in CIDR notation; nor is that of logins. */
  readonly trusted: readonly string[];
}

/** In Rspamd's words. */
const actions: Readonly<Record<string, Action>> = {
  "no action": "accepted",
  greylist: "put off",
  "soft reject": "put off",
  "add header": "flagged",
  "rewrite subject": "flagged",
  reject: "refused",
};

/** What Rspamd says of a message that is made to be refused. */
const testPattern = "Gtube pattern";

/**
 * The quarantine holds spam by score, and the test pattern, of whoever is no login; what is meant for it is accepted whatever
 * its score. A rule that forces an action, such as that on viruses, stands before all of it.
 */
export function outcomeOf(answer: Answer, { to, user, ip }: Envelope, filter: Filter): Outcome {
  const { active, own, actions: holds } = filter.quarantine;
  const { action } = answer;
  const reason = answer.message ?? virusIn(answer);
  const isSpam = reason === undefined || reason === testPattern;
  const isOwn = to.length > 0 && to.every((address) => leadsTo(own, address.toLowerCase()));
  if (active && isOwn && isSpam) return { action: "accepted" };
  const isHeld = active && user === undefined && isSpam && holds.includes(action);
  const isNear = user !== undefined || (ip !== undefined && isIn(filter.trusted, ip));
  const isSpared =
    action === "greylist" ? isNear : action === "rewrite subject" && !isFlagged(answer, filter);
  const outcome = isHeld ? "held" : isSpared ? "accepted" : (actions[action] ?? "accepted");
  return { action: outcome, ...(reason === undefined ? {} : { reason }) };
}

/** What the subject tells of a message with a virus that is delivered all the same: Rspamd gives no message of it. */
function virusIn({ symbols }: Answer): string | undefined {
  const found = symbols.find(({ name }) => name === "INFECTED");
  return found === undefined ? undefined : `Infected: ${found.options.join(", ")}`;
}

/** Another subject is that of spam where the score says so. */
function isFlagged({ score }: Answer, { thresholds: { flag } }: Filter): boolean {
  return flag !== undefined && score >= flag;
}

/** A user's address with a tag is his, too. */
function leadsTo(own: readonly string[], address: string): boolean {
  return [address, address.replace(/\+[^@]*@/, "@")].some((one) => own.includes(one));
}

const words: Readonly<Record<Action, string>> = {
  accepted: "It would be accepted.",
  "put off": "It would be put off: the sender is asked to try again later.",
  flagged: "It would be accepted, and flagged as spam.",
  refused: "It would be refused.",
  held: "It would be held in the quarantine.",
};

/** For people. What a message says reaches the terminal without control characters. */
export function scannedView(scanned: Scanned, filter: Filter, style: Style): string {
  const { file, envelope, action, reason, score, symbols } = scanned;
  const paint = action === "accepted" ? style.good : action === "flagged" ? style.changed : style.bad;
  const facts = [
    ["score", `${score.toFixed(2)}${levels(filter)}`],
    ...(reason === undefined ? [] : [["reason", harmless(reason)]]),
    ["taken as", harmless(envelopeText(envelope))],
  ];
  const rows = symbols.map(({ name, score: own, description, options }) => [
    own.toFixed(2).padStart(6),
    style.strong(harmless(name)),
    harmless([description, options.length === 0 ? "" : `[${options.join(", ")}]`].filter(Boolean).join(" ")),
  ]);
  const title = `${style.strong(harmless(file))}: ${paint(words[action])}\n`;
  return `${title}${columns(facts.map(([name = "", text = ""]) => [`  ${style.faint(name)}`, text]))}${columns(rows)}`;
}

function levels({ thresholds: { greylist, flag, refuse } }: Filter): string {
  const known = [
    greylist === undefined ? "" : `put off from ${greylist}`,
    flag === undefined ? "" : `flagged from ${flag}`,
    refuse === undefined ? "" : `refused from ${refuse}`,
  ].filter(Boolean);
  return known.length === 0 ? " (spam is not checked for, test patterns apart)" : ` (${known.join(", ")})`;
}

function envelopeText({ from, to, ip, hostname, helo, user }: Envelope): string {
  return [
    from === undefined ? "of no known sender" : from === "" ? "from <>" : `from ${from}`,
    to.length === 0 ? "to nobody known" : `to ${to.join(", ")}`,
    ip === undefined ? "by a client of no known address" : `by ${hostname ?? "unknown"} [${ip}]`,
    ...(helo === undefined ? [] : [`as ${helo}`]),
    ...(user === undefined ? [] : [`logged in as ${user}`]),
  ].join(" ");
}
