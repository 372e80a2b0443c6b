import type { LogRecord } from "../../log/log-record.ts";
import { parseRecord } from "../../log/parse-record.ts";
import type { Story } from "../../log/story.ts";
import { handedOn } from "../../log/story.ts";
import type { CommandContext } from "../context.ts";
import { names } from "./log-trace.ts";
import { followedLine, recordData } from "./log-view.ts";

/** Messages of which it is not known yet whether they are wanted: what they began with is told of when they are. */
const mostPending = 5000;
const mostRecords = 20;

/** Each further line of these messages, and of others that have what is wanted, as it is written; without end. */
export async function* followLogs(
  { json }: Pick<CommandContext, "json">,
  batches: AsyncIterable<readonly string[]>,
  wanted: string,
  stories: readonly Story[],
  isUtc: boolean,
): AsyncGenerator<string> {
  const ids = new Set(
    stories
      .flatMap(({ queueId, messageId, children }) => [queueId, messageId, ...children])
      .filter((id) => id !== ""),
  );
  ids.add(wanted);
  const pending = new Pending();
  const named = new Named(stories);
  const text = (record: LogRecord): string =>
    json
      ? `${JSON.stringify(recordData(record))}\n`
      : `${followedLine(record, isUtc, named.queueIdOf(record))}\n`;
  for await (const lines of batches) {
    for (const line of lines) {
      const record = parseRecord(line, Date.now());
      if (record === undefined) continue;
      if (!isFollowed(record, ids, wanted)) {
        pending.keep(record);
        continue;
      }
      const before = pending.take(toldBy(record));
      for (const told of [...before, record]) {
        for (const id of toldBy(told)) ids.add(id);
        named.learn(told);
        yield text(told);
      }
    }
  }
}

/** Records of messages of which nobody has asked, by their queue identifiers, or by the message's own. */
class Pending {
  private readonly known = new Map<string, { readonly place: number; readonly record: LogRecord }[]>();
  private place = 0;

  keep(record: LogRecord): void {
    const [id] = toldBy(record);
    if (id === undefined) return;
    if (record.kind === "removed") {
      this.known.delete(id);
      return;
    }
    this.known.set(id, [...(this.known.get(id) ?? []), { place: this.place++, record }].slice(-mostRecords));
    const [oldest] = this.known.keys();
    if (this.known.size > mostPending && oldest !== undefined) this.known.delete(oldest);
  }

  /** What is known of these identifiers, and of those that it names, in the order of the log; it is known no longer. */
  take(ids: readonly string[]): LogRecord[] {
    const found: { readonly place: number; readonly record: LogRecord }[] = [];
    const wanted = [...ids];
    for (let id = wanted.pop(); id !== undefined; id = wanted.pop()) {
      const records = this.known.get(id) ?? [];
      this.known.delete(id);
      found.push(...records);
      wanted.push(...records.flatMap(({ record }) => toldBy(record)));
    }
    return found.sort((one, other) => one.place - other.place).map(({ record }) => record);
  }
}

/** Which message in the queue has a message identifier: Dovecot says that alone. */
class Named {
  private readonly known = new Map<string, Set<string>>();

  constructor(stories: readonly Story[]) {
    for (const { queueId, messageId } of stories) this.add(messageId, queueId);
  }

  learn(record: LogRecord): void {
    if ("messageId" in record && "queueId" in record) this.add(record.messageId, record.queueId);
  }

  /** Empty where it is not known, or one of several copies. */
  queueIdOf(record: LogRecord): string {
    const found = "messageId" in record ? [...(this.known.get(record.messageId) ?? [])] : [];
    return found.length === 1 ? (found[0] ?? "") : "";
  }

  private add(messageId: string, queueId: string): void {
    if (messageId === "" || queueId === "") return;
    this.known.set(messageId, (this.known.get(messageId) ?? new Set()).add(queueId));
    const [oldest] = this.known.keys();
    if (this.known.size > mostPending && oldest !== undefined) this.known.delete(oldest);
  }
}

/** What else names the message of a record, or names one that was made of it. */
function toldBy(record: LogRecord): string[] {
  const ids = [
    "queueId" in record ? record.queueId : undefined,
    "messageId" in record ? record.messageId : undefined,
    "child" in record ? record.child : undefined,
    ...(record.kind === "delivery" ? handedOn(record) : []),
  ];
  return ids.filter((id): id is string => id !== undefined && id !== "");
}

function isFollowed(record: LogRecord, ids: ReadonlySet<string>, wanted: string): boolean {
  if (names(record, wanted)) return true;
  if ("queueId" in record && record.queueId !== undefined && ids.has(record.queueId)) return true;
  return "messageId" in record && ids.has(record.messageId);
}
