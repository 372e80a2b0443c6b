import { harmless } from "../../format/harmless.ts";
import type { Style } from "../../format/style.ts";
import { columns } from "../../format/table.ts";
import { dateTime, duration } from "../../format/times.ts";
import { hasSender, type LogRecord } from "../../log/log-record.ts";
import type { Story } from "../../log/story.ts";
import { type End, endsOf } from "../../log/story-ends.ts";
import { originText, recordText, verdictsOf } from "../../log/tell-story.ts";

const bad: ReadonlySet<End["end"]> = new Set(["refused", "returned", "deleted", "kept"]);
const open: ReadonlySet<End["end"]> = new Set([
  ...(["deferred", "put off", "held", "quarantined", "queued", "unfinished"] as const),
]);

/** Each message: its verdict first, what it is, and one line of time. */
export function storiesView(stories: readonly Story[], style: Style, isUtc: boolean): string {
  return stories.map((story) => storyView(story, style, isUtc)).join("\n");
}

/** Each message in a line: when it came, its name, of whom, and its first verdict. */
export function verdictsView(stories: readonly Story[], style: Style, isUtc: boolean): string {
  return columns(
    stories.map((story) => {
      const [first = "", ...others] = verdictsOf(story).map(harmless);
      const start = story.records[0]?.time ?? 0;
      return [
        style.faint(dateTime(start, isUtc)),
        style.strong(harmless(story.queueId) || "-"),
        // No column of its own: addresses of senders can be long.
        [
          ...(senderText(story) === "" ? [] : [`${harmless(senderText(story))}:`]),
          colourOf(story, style)(first),
          ...(others.length === 0 ? [] : [`(and ${others.length} more)`]),
        ].join(" "),
      ];
    }),
  );
}

function colourOf(story: Story, style: Style): (text: string) => string {
  const ends = endsOf(story);
  if (ends.some(({ end }) => bad.has(end))) return style.bad;
  return ends.some(({ end }) => open.has(end)) ? style.changed : style.good;
}

/** `from ADDRESS`; empty where a client was refused before it had named a sender. */
function senderText({ from, records }: Story): string {
  const isUnnamed = records.every((record) => record.kind === "refused" && !hasSender(record));
  return isUnnamed ? "" : `from ${from || "<>"}`;
}

function storyView(story: Story, style: Style, isUtc: boolean): string {
  const colour = colourOf(story, style);
  const [first = "", ...others] = verdictsOf(story).map(harmless);
  const id = story.messageId === "" ? "" : `<${story.messageId}>`;
  const about = [senderText(story), id, originText(story)].filter(Boolean).join("  ");
  const start = story.records[0]?.time ?? 0;
  const rows = story.records.map((record) => [
    `  ${timeText(record.time, start, isUtc)}`,
    style.faint(harmless(record.program)),
    harmless(recordText(record)),
  ]);
  const name = story.queueId === "" ? "" : `${style.strong(harmless(story.queueId))} `;
  return [
    `${name}${colour(first)}`,
    ...others.map((verdict) => `  ${verdict}`),
    ...(about === "" ? [] : [`  ${harmless(about)}`]),
    columns(rows),
  ].join("\n");
}

/** Milliseconds from which on a time says more than how long it was since the start. */
const hour = 3_600_000;

/** The time of the first record, and of others how long it was since; its own where that is long, or a clock was set back. */
function timeText(time: number, start: number, isUtc: boolean): string {
  const since = time - start;
  return since > 0 && since < hour ? `+${duration(since / 1000)}` : dateTime(time, isUtc);
}

/** A line of `--follow`; `queueId` is that of a message of which the record has no other name than the message's own. */
export function followedLine(record: LogRecord, isUtc: boolean, queueId = ""): string {
  const own = ("queueId" in record ? record.queueId : "") || queueId;
  const id = own === "" ? "" : `${own} `;
  return harmless(`${dateTime(record.time, isUtc)}  ${record.program}  ${id}${recordText(record)}`);
}

const iso = (time: number): string => new Date(time).toISOString();

/** For programs: what a record says, and the same as a text. */
export const recordData = (record: LogRecord): object => ({
  ...record,
  time: iso(record.time),
  text: recordText(record),
});

/** For programs; times in ISO 8601. */
export function storyData(story: Story): unknown {
  const { queueId, messageId, from, size, origin, children, filter, records } = story;
  return {
    ...{ queueId, messageId, from, size, origin, children: [...children] },
    filter:
      filter === undefined
        ? null
        : {
            ...{ score: filter.score, limit: filter.limit ?? null, action: filter.action },
            ...{ forced: filter.forced ?? null, symbols: Object.fromEntries(filter.symbols) },
          },
    ends: endsOf(story).map(({ time, ...end }) => ({ time: iso(time), ...end })),
    verdict: verdictsOf(story),
    records: records.map(recordData),
  };
}
