import { join } from "node:path";
import { isLocked, takeLock } from "../../../db/lock.ts";
import { MailwrightError, refused } from "../../../errors.ts";
import { ExitCode } from "../../../exit-codes.ts";
import { harmless } from "../../../format/harmless.ts";
import { allSyncJobs, type SyncJob } from "../../../mail/sync-jobs.ts";
import { realSystem } from "../../../system/real-system.ts";
import type { System } from "../../../system/system.ts";
import type { Handler, Screen } from "../../command.ts";
import type { CommandContext } from "../../context.ts";
import { openSettings } from "../../open-settings.ts";
import { countMirrored } from "./count-mirrored.ts";
import { dueNow, runDue } from "./due.ts";
import { jobOf } from "./find-job.ts";
import { JobNotes, noteFolder, stoppedByHand } from "./notes.ts";
import { doneLine, drawn, ofOthersLine, type Pace, plainLine } from "./progress-text.ts";
import { newProgress, type RunOptions, runJob } from "./run-job.ts";
import { within } from "./run-watch.ts";

/** Hours that one run by the timer may take. */
const longest = 6;

/** Milliseconds between two looks at a run, and between two lines where there is no terminal. */
const pause = 250;
const plainPause = 10_000;

/** A run that is not read any more is not cut off: what it has copied would not be noted. */
const done = { exit: ExitCode.done, goesOn: true } as const;

/** Runs the job of a user, or those of all (`--all`), or those whose time has come (`--due`). */
export const runSync: Handler = async (context, [user], options) => {
  const ways = [user !== undefined, options["all"] === true, options["due"] === true].filter(Boolean);
  if (ways.length !== 1)
    throw refused("whose mailbox?", "USAGE", "accepted: mailwright sync run USER, or --all, or --due");
  const system = realSystem(context.paths.root, "none");
  const force = options["force"] === true;
  if (options["due"] === true) return { ...done, lines: (screen) => allDue(context, system, screen, force) };
  const jobs = await openSettings(context, (settings) =>
    user === undefined ? allSyncJobs(settings) : [jobOf(settings, user)],
  );
  const runOptions = { force, reasons: [] };
  return {
    ...done,
    lines: (screen) =>
      user === undefined
        ? inTurn(context, system, jobs, screen, runOptions)
        : alone(context, system, jobs, screen, runOptions),
  };
};

/** Where it is asked for one, its failure is the command's. */
async function* alone(
  context: CommandContext,
  system: System,
  jobs: readonly SyncJob[],
  screen: () => Screen | undefined,
  options: RunOptions,
): AsyncGenerator<string> {
  for (const job of jobs) {
    const failure = yield* runOne(context, system, job, screen, options);
    if (failure !== undefined) throw failure;
  }
}

/** One after the other; that one fails keeps none of the others. */
async function* inTurn(
  context: CommandContext,
  system: System,
  jobs: readonly SyncJob[],
  screen: () => Screen | undefined,
  options: RunOptions,
): AsyncGenerator<string> {
  const failed: string[] = [];
  for (const job of jobs)
    if (!(yield* oneOfSeveral(context, system, job, screen, options))) failed.push(job.user);
  throwFailed(failed, jobs.length);
}

/** Those whose time has come, some at a time. One process does that; another has nothing to do. */
async function* allDue(
  context: CommandContext,
  system: System,
  screen: () => Screen | undefined,
  force: boolean,
): AsyncGenerator<string> {
  const { files, clock } = system;
  const lock = await takeLock(
    join(noteFolder(context.paths), ".due.lock"),
    0,
    "mailwright sync run --due",
  ).catch((error) => {
    if (!isLocked(error)) throw error;
  });
  if (lock === undefined) return;
  // By the last turn of each.
  const failed = new Set<string>();
  const begun = new Set<string>();
  let interruption: MailwrightError | undefined;
  const lastOf = ({ file }: SyncJob) => new JobNotes(files, context.paths, file).lastRun();
  const due = () => openSettings(context, (settings) => dueNow(allSyncJobs(settings), lastOf, clock.now()));
  const run = async function* (job: SyncJob): AsyncGenerator<string, void> {
    begun.add(job.user);
    const reasons = [within(longest, clock), () => interruption];
    try {
      const isDone = yield* oneOfSeveral(context, system, job, screen, { force, reasons });
      if (isDone) failed.delete(job.user);
      else failed.add(job.user);
    } catch (error) {
      if (error instanceof MailwrightError) interruption = error;
      throw error;
    }
  };
  try {
    yield* runDue(due, run, clock);
  } finally {
    lock.release();
  }
  throwFailed([...failed], begun.size);
}

function throwFailed(failed: readonly string[], all: number): void {
  if (failed.length === 0) return;
  throw new MailwrightError(`${failed.length} of ${all} jobs failed: ${failed.join(", ")}`, {
    code: "SYNC",
    hint: "Run them again when that is mended: they go on from where they are.",
  });
}

/** Returns whether nothing failed, and throws where all are to end. Neither a stop nor another's run is a failure. */
async function* oneOfSeveral(
  context: CommandContext,
  system: System,
  job: SyncJob,
  screen: () => Screen | undefined,
  options: RunOptions,
): AsyncGenerator<string, boolean> {
  let failure: MailwrightError | undefined;
  try {
    failure = yield* runOne(context, system, job, screen, options);
  } catch (error) {
    if (!(error instanceof MailwrightError) || error.code === "INTERRUPTED") throw error;
    failure = error;
  }
  if (failure === undefined) return true;
  const isStopped = failure.code === "STOPPED";
  const isAnothers = isLocked(failure);
  const reason = harmless([failure.message, failure.hint].filter(Boolean).join("; "));
  const told = isStopped ? stoppedByHand : `${isAnothers ? "left alone" : "failed"}: ${reason}`;
  if (!context.json) yield `${job.user}: ${told}\n`;
  return isStopped || isAnothers;
}

/** Yields how far it is, and what it came to; returns why that is not all. */
async function* runOne(
  context: CommandContext,
  { files, processes, services, network, clock }: System,
  job: SyncJob,
  screen: () => Screen | undefined,
  options: RunOptions,
): AsyncGenerator<string, MailwrightError | undefined> {
  const system = { files, processes, services, network, clock };
  const progress = newProgress();
  const run = runJob(context, system, job, options, progress);
  // It is awaited below; until then nobody else listens.
  let isOver = false;
  const over = run.then(
    () => {
      isOver = true;
    },
    () => {
      isOver = true;
    },
  );
  const pace: Pace = { began: clock.ticks(), first: undefined };
  let isDrawn = false;
  let nextLine = pace.began + plainPause;
  // How long the last count took: of a large account it is not worth more than a tenth of the time.
  let counting = 0;
  while (!isOver) {
    await Promise.race([over, clock.sleep(Math.max(pause, 10 * counting))]);
    const seen = screen();
    if (isOver || context.json || (seen === undefined && clock.ticks() < nextLine)) continue;
    nextLine = clock.ticks() + plainPause;
    const counted = clock.ticks();
    const mirrored =
      progress.phase === "fetching" ? countMirrored(context.paths, files, job) : progress.messages;
    counting = clock.ticks() - counted;
    pace.first ??= progress.phase === "fetching" ? { count: mirrored, at: clock.ticks() } : undefined;
    if (seen === undefined) yield plainLine(job, progress, mirrored, pace, clock.ticks());
    else {
      yield drawn(job, progress, mirrored, pace, clock.ticks(), seen);
      isDrawn = true;
    }
  }
  if (isDrawn) yield "\r\u001b[K";
  const result = await run.catch((error: unknown) => ({ error }));
  if ("error" in result) {
    const { error } = result;
    const status = isLocked(error) ? "running" : "failed";
    if (context.json && error instanceof MailwrightError && error.code !== "INTERRUPTED")
      yield `${JSON.stringify({ user: job.user, status, problem: error.message })}\n`;
    throw error;
  }
  const { note, trouble, ofOthers } = result;
  const { started, ended, problem, ...counts } = note;
  const seconds = Math.round((ended - started) / 100) / 10;
  yield context.json
    ? `${JSON.stringify({ user: job.user, ...counts, problem, seconds, ofOthers })}\n`
    : doneLine(job, note, seconds);
  if (!context.json && ofOthers.length > 0) yield ofOthersLine(job, ofOthers);
  return trouble;
}
