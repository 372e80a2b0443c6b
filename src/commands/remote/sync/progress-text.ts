import { harmless } from "../../../format/harmless.ts";
import { duration } from "../../../format/times.ts";
import type { SyncJob } from "../../../mail/sync-jobs.ts";
import type { Screen } from "../../command.ts";
import type { RunNote } from "./notes.ts";
import type { Progress } from "./run-job.ts";

/** For the rate; times in milliseconds. */
export interface Pace {
  readonly began: number;
  /** What was there when it was first counted. */
  first: { readonly count: number; readonly at: number } | undefined;
}

const barLength = 20;

/** One line for a log or a pipe. */
export function plainLine(
  { user }: SyncJob,
  progress: Progress,
  mirrored: number,
  pace: Pace,
  now: number,
): string {
  return `${user}: ${text(progress, mirrored, pace, now)}\n`;
}

/** The line over the one before, with a bar; a line that wraps could not be taken back. */
export function drawn(
  { user }: SyncJob,
  progress: Progress,
  mirrored: number,
  pace: Pace,
  now: number,
  { columns, unicode }: Screen,
): string {
  const done = progress.phase === "fetching" ? mirrored : progress.copied;
  const share = progress.messages === 0 ? 0 : Math.min(1, done / progress.messages);
  const full = Math.round(share * barLength);
  const [on, off] = unicode ? ["█", "░"] : ["#", "."];
  const bar = progress.phase === "fetching" ? `${on.repeat(full)}${off.repeat(barLength - full)} ` : "";
  const line = `${bar}${user}: ${text(progress, mirrored, pace, now)}`;
  return `\r\u001b[K${line.slice(0, Math.max(1, columns - 1))}`;
}

function text(progress: Progress, mirrored: number, { first }: Pace, now: number): string {
  const { phase, folders, messages, copied, folder } = progress;
  if (phase === "connecting") return "connecting";
  if (phase === "filing")
    return `filing, ${copied} ${copied === 1 ? "message" : "messages"} so far${folder && `, ${harmless(folder)}`}`;
  const seconds = first === undefined ? 0 : (now - first.at) / 1000;
  const rate =
    first === undefined || seconds < 1 ? "" : `, ${Math.round((mirrored - first.count) / seconds)}/s`;
  return `fetching, ${mirrored} of ${messages} messages in ${folders} folders${rate}`;
}

/** What a run came to. */
export function doneLine({ user, host }: SyncJob, note: RunNote, seconds: number): string {
  const { folders, messages, copied, removed, problem } = note;
  const counts = [`${copied} copied`, ...(removed > 0 ? [`${removed} removed`] : [])].join(", ");
  const has = `${host} has ${messages} messages in ${folders} folders`;
  return `${user}: ${counts} in ${duration(seconds)}; ${has}${problem && `; ${harmless(problem)}`}\n`;
}
