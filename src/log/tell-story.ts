import type { LogRecord, Told } from "./log-record.ts";
import type { Story } from "./story.ts";
import { type End, endsOf } from "./story-ends.ts";

/** How many symbols of the filter a verdict names. */
const namedSymbols = 4;

/**
 * What became of a message, in one sentence for each recipient; what the filter said stands behind the only one, and below
 * several, for it is of the whole message.
 */
export function verdictsOf(story: Story): string[] {
  const told = endsOf(story);
  const ends = told.map((end) => endText(end, story));
  const filter = story.filter === undefined ? [] : [filterText(withoutKnown(story.filter, ends))];
  const [first = "nothing is known of its end", ...others] = ends;
  if (others.length > 0) return [first, ...others, ...filter];
  return [[first, ...filter].join(told[0]?.reason === "" ? ": " : "; ")];
}

/** Without the text of its verdict, where that is in the verdict already. */
function withoutKnown(filter: Told<"filtered">, ends: readonly string[]): Told<"filtered"> {
  const { forced } = filter;
  const isKnown = forced !== undefined && ends.some((end) => end.includes(forced));
  return isKnown ? { ...filter, forced: undefined } : filter;
}

/** How the message came here, where it is not by SMTP; empty where it is. */
export function originText({ origin }: Story): string {
  switch (origin.by) {
    case "fetch":
      return origin.account === ""
        ? "fetched by getmail"
        : `fetched from ${origin.account}${origin.account.includes(origin.server) ? "" : ` at ${origin.server}`}`;
    case "notification":
      return `${origin.what} of ${origin.of}`;
    case "program":
      return `handed in on this machine by uid ${origin.uid}`;
    default:
      return "";
  }
}

function endText({ to, original, end, where, reason, attempts }: End, story: Story): string {
  const recipient =
    to === "" ? "" : ` ${to}${original !== "" && original !== to ? ` (for ${original})` : ""}`;
  const whom = recipient === "" ? "" : ` for${recipient}`;
  const destination = recipient === "" ? "" : ` to${recipient}`;
  const tried = attempts === 0 ? "" : `, tried ${times(attempts)}`;
  const why = reason === "" ? "" : `: ${reason}`;
  switch (end) {
    case "delivered":
      return `delivered${destination}${where === "" ? "" : `, folder ${where}`}`;
    case "relayed":
      return `sent to${recipient} by ${where}${why}`;
    case "forwarded":
      return `forwarded for${recipient} to ${where}`;
    case "deferred":
      return `in the queue${whom}${tried}${why}`;
    case "returned":
      return story.records.some((record) => record.kind === "queued" && record.from === "")
        ? `undeliverable${destination}, and nobody is told, for it has no sender${why}`
        : `returned to its sender, undeliverable${destination}${why}`;
    case "quarantined":
      return `${where === "" ? "to be held" : "held"} in the quarantine${whom}${reason === "" ? "" : `, ${reason}`}`;
    case "kept":
      return `not fetched${whom}, kept at the provider${tried}${why}`;
    case "queued":
      return reason === "" ? "in the queue, not tried yet" : `${reason}${whom === "" ? "" : `,${whom}`}`;
    case "held":
      return `held in the queue${whom}${why}`;
    case "deleted":
      return `deleted from the queue by the administrator${whom === "" ? "" : `,${whom}`}${tried}${why}`;
    case "probed":
      return `address${recipient} was tried, and is ${where}${why}`;
    case "unfinished":
      return `the log tells nothing of its end${whom}${reason === "" ? "" : `, after: ${reason}`}`;
    default:
      return `${end}${whom}${why}`;
  }
}

const times = (attempts: number): string => (attempts === 1 ? "once" : `${attempts} times`);

/** `Rspamd 8.2/20 add header, BAYES_SPAM 5.1, …`: the score, what refuses, the action, and what weighed most. */
export function filterText({ score, limit, action, symbols, forced }: Told<"filtered">): string {
  const heaviest = symbols
    .filter(([, weight]) => weight !== 0)
    .sort(([, one], [, other]) => Math.abs(other) - Math.abs(one));
  const named = heaviest.slice(0, namedSymbols).map(([name, weight]) => `${name} ${weight}`);
  const more = heaviest.length > named.length ? ["…"] : [];
  const verdict = `Rspamd ${score}${limit === undefined ? "" : `/${limit}`} ${action}`;
  return [verdict, ...(forced === undefined ? [] : [`“${forced}”`]), ...named, ...more].join(", ");
}

/** What a record says, for a time line. */
export function recordText(record: LogRecord): string {
  switch (record.kind) {
    case "client":
      return `from ${record.client}${record.user === undefined ? "" : `, login ${record.user}`}`;
    case "pickup":
      return `handed in by uid ${record.uid}${record.earlier === undefined ? "" : `, queued before as ${record.earlier}`}`;
    case "message-id":
      return `message-id <${record.messageId}>`;
    case "queued":
      return `queued, from <${record.from}>, ${record.size} bytes, recipients: ${record.recipients}`;
    case "delivery":
      return `${record.status} to ${record.to} by ${record.relay}: ${record.reply}`;
    case "released":
      return record.child === undefined
        ? "deleted from the quarantine"
        : `released from the quarantine as ${record.child}`;
    case "scanned":
      return `virus check: ${record.said}`;
    case "learned":
      return `filter: ${record.outcome}`;
    case "fetched":
      return `fetched, ${record.size} bytes: ${[record.result, ...(record.reply === "" ? [] : [record.reply])].join(": ")}`;
    case "judged":
      return `${record.verdict}: ${record.reason}`;
    case "refused":
      return `refused at ${record.at}${record.client === "" ? "" : ` from ${record.client}`}: ${record.reply}`;
    case "notified":
      return `${record.what} ${record.child}`;
    case "filtered":
      return filterText(record);
    case "filed":
      return `${record.done} ${record.where} for ${record.user}`.replace("  ", " ");
    case "login":
      return `${record.failed ? "failed login" : "login"} of ${record.user} to ${record.service} from ${record.client}`;
    default:
      return record.kind;
  }
}
