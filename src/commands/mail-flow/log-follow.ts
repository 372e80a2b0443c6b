import type { LogRecord } from "../../log/log-record.ts";
import { parseRecord } from "../../log/parse-record.ts";
import type { Story } from "../../log/story.ts";
import { handedOn } from "../../log/story.ts";
import type { CommandContext } from "../context.ts";
import { names } from "./log-trace.ts";
import { followedLine, recordData } from "./log-view.ts";

/** Messages of which it is not known yet whether they are wanted: what they began with is told of when they are. */
const mostPending = 5000;

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
  const pending = new Map<string, LogRecord[]>();
  const text = (record: LogRecord): string =>
    json ? `${JSON.stringify(recordData(record))}\n` : `${followedLine(record, isUtc)}\n`;
  for await (const lines of batches) {
    for (const line of lines) {
      const record = parseRecord(line, Date.now());
      if (record === undefined) continue;
      if (!isFollowed(record, ids, wanted)) {
        keep(pending, record);
        continue;
      }
      const queueId = "queueId" in record ? record.queueId : undefined;
      const before = pending.get(queueId ?? "") ?? [];
      pending.delete(queueId ?? "");
      for (const told of [...before, record]) {
        for (const id of toldBy(told)) ids.add(id);
        yield text(told);
      }
    }
  }
}

function keep(pending: Map<string, LogRecord[]>, record: LogRecord): void {
  const queueId = "queueId" in record ? record.queueId : undefined;
  if (queueId === undefined || queueId === "") return;
  if (record.kind === "removed") {
    pending.delete(queueId);
    return;
  }
  pending.set(queueId, [...(pending.get(queueId) ?? []), record].slice(-20));
  const [oldest] = pending.keys();
  if (pending.size > mostPending && oldest !== undefined) pending.delete(oldest);
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
