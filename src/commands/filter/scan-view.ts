import { harmless } from "../../format/harmless.ts";
import type { Style } from "../../format/style.ts";
import { columns } from "../../format/table.ts";
import type { Answer, FilterSymbol } from "./scan-answer.ts";
import type { Envelope } from "./scan-request.ts";

/** What would become of a message. */
type Action = "accepted" | "put off" | "flagged" | "refused" | "kept";

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
    readonly account: string;
    readonly actions: readonly string[];
  };
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

/** The quarantine keeps spam by score, and the test pattern, of whoever is no login; and nothing that is meant for it. */
export function outcomeOf({ action, message }: Answer, { to, user }: Envelope, filter: Filter): Outcome {
  const { active, account, actions: kept } = filter.quarantine;
  const isOwn = to.length > 0 && to.every((address) => address.toLowerCase() === account.toLowerCase());
  if (active && isOwn) return { action: "accepted" };
  const isSpam = message === undefined || message === testPattern;
  const isKept = active && user === undefined && isSpam && kept.includes(action);
  const outcome = isKept ? "kept" : (actions[action] ?? "accepted");
  return { action: outcome, ...(message === undefined ? {} : { reason: message }) };
}

const words: Readonly<Record<Action, string>> = {
  accepted: "It would be accepted.",
  "put off": "It would be put off: the sender is asked to try again later.",
  flagged: "It would be accepted, and flagged as spam.",
  refused: "It would be refused.",
  kept: "It would be kept in the quarantine.",
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
  return known.length === 0 ? " (spam is not checked for)" : ` (${known.join(", ")})`;
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
