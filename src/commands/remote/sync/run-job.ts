import { join } from "node:path";
import { takeLock } from "../../../db/lock.ts";
import { MailwrightError } from "../../../errors.ts";
import { ExitCode } from "../../../exit-codes.ts";
import { isCopied, isOfOthers, type SyncJob } from "../../../mail/sync-jobs.ts";
import type { System } from "../../../system/system.ts";
import type { CommandContext } from "../../context.ts";
import { Account } from "./account.ts";
import { countMirrored, mirrorFolder } from "./count-mirrored.ts";
import { type Followed, follow, type Learnt } from "./follow.ts";
import { JobNotes, type RunNote, stoppedByHand } from "./notes.ts";
import type { RemoteNames } from "./remote-names.ts";
import { beforeDiskIsFull, refuseTooLarge, roomForMail } from "./room.ts";
import { type Reason, stopped, watchRun } from "./run-watch.ts";
import { troubleOf } from "./trouble.ts";

/** Milliseconds in which a look at the job (`sync status`) gives its lock back. */
const glance = 300;

/** How far a run is; what it counts grows while it goes on. */
export interface Progress extends Followed {
  phase: "connecting" | "fetching" | "filing";
  folders: number;
  /** At the server, in folders that are copied. */
  messages: number;
}

export const newProgress = (): Progress => ({
  ...{ phase: "connecting", folders: 0, messages: 0, missing: 0, copied: 0, removed: 0, folder: "" },
});

/** What a run came to. */
export interface Run {
  readonly note: RunNote;
  /** Why it has not done all that it was to do; what it has copied stays. */
  readonly trouble: MailwrightError | undefined;
  /** Folders that are not copied as their names are those of others' mailboxes here. */
  readonly ofOthers: readonly string[];
}

export interface RunOptions {
  /** Removes what is gone there, however much it is. */
  readonly force: boolean;
  /** Why the run is to end, beside `sync stop`. */
  readonly reasons: readonly Reason[];
}

/**
 * Copies what a job's account has into the mailbox: first into a mirror of the account, which dsync keeps, and from
 * there, once, to the user. One run of a job at a time (exit 6). What became of it is noted.
 */
export async function runJob(
  { paths }: CommandContext,
  { files, processes, clock }: System,
  job: SyncJob,
  { force, reasons }: RunOptions,
  progress: Progress,
): Promise<Run> {
  const configuration = paths.target(join("/etc/dovecot/imapsync", job.file));
  const notes = new JobNotes(files, paths, job.file);
  const lock = await locked(notes, job);
  notes.askToStop(false);
  const asked: Reason = () => (notes.isAskedToStop() ? stopped() : undefined);
  const watch = watchRun([asked, beforeDiskIsFull(processes, clock), ...reasons]);
  const started = clock.now();
  const note = (problem: string): RunNote => ({
    ...{ started, ended: clock.now(), status: problem === "" ? "done" : "failed", problem },
    ...{ folders: progress.folders, messages: progress.messages },
    ...{ copied: progress.copied, removed: progress.removed },
  });
  try {
    const made = files.readText(configuration);
    refuseUnready(job, made?.includes(job.mark) === true);
    const isOther = (): boolean => accountOf(files.readText(configuration)) !== accountOf(made);
    const mirror = mirrorFolder(paths, job.user);
    const account = new Account(
      processes,
      job,
      configuration,
      notes.workLock,
      mirror,
      clock.sleep,
      watch.signal,
    );
    const name = `${job.username}@${job.host.toLowerCase()}`;
    const inbox = await account.inbox();
    const known = notes.known(name, inbox);
    const remote = await account.remote(known);
    if (isOther()) throw changed(job);
    const isTaken = (folder: string): boolean => isCopied(job, folder);
    const taken = [...remote.messages.keys()].filter(isTaken);
    progress.folders = taken.length;
    progress.messages = taken.reduce((sum, folder) => sum + (remote.messages.get(folder) ?? 0), 0);
    if (countMirrored(paths, files, job) === 0) {
      const size = await account.size(remote, isTaken);
      const [quota, room] = [await account.quota(), await roomForMail(processes)];
      if (size !== undefined) refuseTooLarge(job, size, { room, quota, force });
    }
    const learnt = new Map(known.folders);
    await moveRenamed(account, remote.renamed, learnt);
    let trouble: MailwrightError | undefined;
    try {
      progress.phase = "fetching";
      const mirrored = await account.mirror(remote, () => countMirrored(paths, files, job));
      // It may be of another account.
      if (isOther()) throw changed(job);
      progress.phase = "filing";
      const folders = (await account.folders("mirror")).filter((folder) => isTaken(folder.name));
      const leader = { folders, isTaken, deletes: job.deletes && mirrored.isWhole, force };
      trouble = troubleOf(job, mirrored, await follow(account, leader, learnt, progress));
    } finally {
      // Whatever has ended it: what is copied must not come again when its user deletes it.
      notes.keepKnown(name, inbox, { ...remote, folders: learnt });
    }
    const last = note(trouble?.message ?? "");
    notes.keepRun(last);
    return { note: last, trouble, ofOthers: [...remote.messages.keys()].filter(isOfOthers).sort() };
  } catch (error) {
    const failure = ofSignal(error);
    notes.keepRun(note(failure instanceof Error ? failure.message : String(failure)));
    throw failure;
  } finally {
    watch.end();
    lock.release();
  }
}

/** Folders that were copied go along with their names, so that nothing of them seems to be new. */
async function moveRenamed(account: Account, renamed: RemoteNames["renamed"], learnt: Learnt): Promise<void> {
  const names = [...renamed].filter(([from]) => learnt.has(from));
  for (const [from, to] of names) {
    // What is below a folder goes along with it.
    const own = new Set((await account.folders("mailbox")).map(({ name }) => name));
    if (own.has(from) && !own.has(to)) await account.renameFolder(from, to);
    learnt.set(to, learnt.get(from) ?? []);
    learnt.delete(from);
  }
}

async function locked(notes: JobNotes, { user }: SyncJob) {
  try {
    return await takeLock(notes.lock, glance, String(process.pid));
  } catch (error) {
    if (!(error instanceof MailwrightError) || error.code !== "LOCKED") throw error;
    throw new MailwrightError(`the mailbox of ${user} is being synchronized already`, {
      code: "LOCKED",
      hint: `see: mailwright sync status ${user}     stop it: mailwright sync stop ${user}`,
      exit: ExitCode.locked,
    });
  }
}

function refuseUnready({ user, host, username }: SyncJob, isApplied: boolean): void {
  const missing = host === "" ? "--host HOST" : username === "" ? "--username NAME" : undefined;
  if (missing !== undefined)
    throw new MailwrightError(`the job of ${user} does not say which account is copied`, {
      code: "SYNC",
      hint: `mailwright sync modify ${user} ${missing}`,
    });
  if (!isApplied)
    throw new MailwrightError(`the job of ${user} is not applied yet`, {
      code: "SYNC",
      hint: "signal-event nethserver-mail-imapsync-save",
    });
}

/** What doveadm goes by: a configuration without the mark, which is also of when to run. */
function accountOf(configuration: string | undefined): string | undefined {
  return configuration?.replace(/^# Made of the settings .*$/m, "");
}

/** An event has made the configuration anew, by which each doveadm goes. */
function changed({ user }: SyncJob): MailwrightError {
  return new MailwrightError(`the account of the job of ${user} was changed while it ran`, {
    code: "SYNC",
    hint: `Nothing more was copied, and nothing removed. Run it again: mailwright sync run ${user}`,
  });
}

/** A stop is no failure of an event. */
function ofSignal(error: unknown): unknown {
  if (!(error instanceof MailwrightError) || error.code !== "INTERRUPTED") return error;
  return new MailwrightError(stoppedByHand, {
    code: "INTERRUPTED",
    hint: "Run it again: it goes on from here.",
  });
}
