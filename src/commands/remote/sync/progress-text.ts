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

const longestBar = 20;
const shortestBar = 5;

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

/**
 * The line over the one before, with a bar; a line that wraps could not be taken back. A terminal that is narrow
 * has a shorter bar, or none.
 */
export function drawn(
  { user }: SyncJob,
  progress: Progress,
  mirrored: number,
  pace: Pace,
  now: number,
  { columns, unicode }: Screen,
): string {
  const [done, all] =
    progress.phase === "filing" ? [progress.copied, progress.missing] : [mirrored, progress.messages];
  const line = `${user}: ${text(progress, mirrored, pace, now)}`;
  const length = progress.phase === "connecting" ? 0 : Math.min(longestBar, columns - line.length - 2);
  const full = all === 0 ? 0 : Math.round(Math.min(1, done / all) * length);
  const [on, off] = unicode ? ["█", "░"] : ["#", "."];
  const bar = length < shortestBar ? "" : `${on.repeat(full)}${off.repeat(length - full)} `;
  return `\r\u001b[K${`${bar}${line}`.slice(0, Math.max(1, columns - 1))}`;
}

function text(progress: Progress, mirrored: number, { first }: Pace, now: number): string {
  const { phase, folders, messages, missing, copied, folder } = progress;
  if (phase === "connecting") return "connecting";
  if (phase === "filing")
    return `filing, ${copied} of ${missing} messages${folder && `, ${harmless(folder)}`}`;
  const seconds = first === undefined ? 0 : (now - first.at) / 1000;
  const rate = first === undefined || seconds < 1 ? 0 : (mirrored - first.count) / seconds;
  const left = rate > 0 && mirrored < messages ? `, ${remaining((messages - mirrored) / rate)} left` : "";
  const pace = seconds < 1 ? "" : `, ${Math.round(rate)}/s`;
  return `fetching, ${mirrored} of ${messages} messages in ${folders} folders${pace}${left}`;
}

function remaining(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** Names that a line tells. */
const told = 3;

/** Folders of others' mailboxes at the other server, which have their place here already. */
export function ofOthersLine({ user }: SyncJob, folders: readonly string[]): string {
  const names = folders.slice(0, told).map(harmless).join(", ");
  const more = folders.length > told ? ` and ${folders.length - told} more` : "";
  return `${user}: not copied, as names below Public and Shared are others' mailboxes: ${names}${more}\n`;
}

/** What a run came to. */
export function doneLine({ user, host }: SyncJob, note: RunNote, seconds: number): string {
  const { folders, messages, copied, removed } = note;
  const counts = [`${copied} copied`, ...(removed > 0 ? [`${removed} removed`] : [])].join(", ");
  const has = `${host} has ${messages} messages in ${folders} folders`;
  return `${user}: ${counts} in ${duration(seconds)}; ${has}\n`;
}
