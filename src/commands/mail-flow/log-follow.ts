import { refused } from "../../errors.ts";
import type { LogSource } from "../../log/gather-records.ts";
import type { LogRecord } from "../../log/log-record.ts";
import { parseRecord } from "../../log/parse-record.ts";
import type { Story } from "../../log/story.ts";
import { fileBytes, fileSize } from "../../system/byte-source.ts";
import { realSystem } from "../../system/real-system.ts";
import type { CommandContext } from "../context.ts";
import { names } from "./log-trace.ts";
import { followedLine } from "./log-view.ts";

/** Milliseconds between two looks at the log, and how many bytes are read at one. */
const pause = 400;
const mostNew = 4 << 20;

/** Each further line of these messages, and of others that have what is wanted, as it is written; without end. */
export async function* followLogs(
  context: CommandContext,
  sources: readonly LogSource[],
  wanted: string,
  stories: readonly Story[],
  isUtc: boolean,
): AsyncGenerator<string> {
  const current = sources.at(-1);
  if (current === undefined || !current.name.startsWith("/") || /\.(?:gz|xz|zst|bz2)$/.test(current.name))
    throw refused(
      "there is no log file to follow",
      "NO_LOG",
      "rsyslog writes /var/log/mail.log: apt install rsyslog",
    );
  const { name } = current;
  const ids = new Set(
    stories.flatMap(({ queueId, messageId }) => [queueId, messageId]).filter((id) => id !== ""),
  );
  ids.add(wanted);
  const { clock } = realSystem(context.paths.root, "none");
  let at = fileSize(name);
  for (;;) {
    await clock.sleep(pause);
    const size = fileSize(name);
    // A smaller file is another one: the log was rotated.
    if (size < at) at = 0;
    if (size === at) continue;
    const { records, end } = await newRecords(name, at);
    at = end;
    for (const record of records) {
      if (!isFollowed(record, ids, wanted)) continue;
      if (record.kind === "message-id")
        for (const id of [record.queueId, record.messageId]) if (id !== "") ids.add(id);
      if (record.kind === "notified") ids.add(record.child);
      yield context.json ? `${JSON.stringify(record)}\n` : `${followedLine(record, isUtc)}\n`;
    }
  }
}

/** Whole lines alone: one that is being written is read the next time. */
async function newRecords(name: string, from: number): Promise<{ records: LogRecord[]; end: number }> {
  const buffer = Buffer.allocUnsafe(mostNew);
  const source = fileBytes(name, from);
  try {
    const count = await source.read(buffer);
    const end = buffer.lastIndexOf("\n", count - 1) + 1;
    const lines = buffer.toString("utf8", 0, Math.min(end, count)).split("\n");
    const records = lines.flatMap((line) => parseRecord(line, Date.now()) ?? []);
    return { records, end: from + Math.min(end, count) };
  } finally {
    source.close();
  }
}

function isFollowed(record: LogRecord, ids: ReadonlySet<string>, wanted: string): boolean {
  if (names(record, wanted)) return true;
  if ("queueId" in record && record.queueId !== undefined && ids.has(record.queueId)) return true;
  return "messageId" in record && ids.has(record.messageId);
}
