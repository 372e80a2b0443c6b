import type { LogRecord, Told } from "./log-record.ts";
import type { Story } from "./story.ts";
import { type End, endsOf } from "./story-ends.ts";

/** How many symbols of the filter a verdict names. */
const namedSymbols = 4;

/** What became of a message, in one sentence for each recipient; what the filter said stands behind the first. */
export function verdictsOf(story: Story): string[] {
  const ends = endsOf(story).map(endText);
  const filter = story.filter === undefined ? "" : `: ${filterText(story.filter)}`;
  const [first = "nothing is known of its end", ...others] = ends;
  return [first + filter, ...others];
}

function endText({ to, original, end, where, reason, attempts }: End): string {
  const recipient =
    to === "" ? "" : ` ${to}${original !== "" && original !== to ? ` (for ${original})` : ""}`;
  const why = reason === "" ? "" : `: ${reason}`;
  switch (end) {
    case "delivered":
      return `delivered${recipient === "" ? "" : ` to${recipient}`}${where === "" ? "" : `, folder ${where}`}`;
    case "relayed":
      return `sent to${recipient} by ${where}${why}`;
    case "forwarded":
      return `forwarded for${recipient} to ${where}`;
    case "deferred":
      return `waits for${recipient}, tried ${attempts === 1 ? "once" : `${attempts} times`}${why}`;
    case "returned":
      return `returned to its sender, undeliverable to${recipient}${why}`;
    case "queued":
      return reason === "" ? "is in the queue" : reason;
    case "held":
      return `is held in the queue${why}`;
    case "deleted":
      return "deleted from the queue by the administrator";
    case "unfinished":
      return "the log tells nothing of its end";
    default:
      return `${end}${recipient === "" ? "" : ` for${recipient}`}${why}`;
  }
}

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
    case "judged":
      return `${record.verdict}: ${record.reason}`;
    case "refused":
      return `refused at ${record.at}: ${record.reply}`;
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
