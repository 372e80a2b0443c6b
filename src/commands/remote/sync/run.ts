import { MailwrightError, refused } from "../../../errors.ts";
import { ExitCode } from "../../../exit-codes.ts";
import { harmless } from "../../../format/harmless.ts";
import { allSyncJobs, type SyncJob } from "../../../mail/sync-jobs.ts";
import { realSystem } from "../../../system/real-system.ts";
import type { System } from "../../../system/system.ts";
import type { Handler, OptionValues, Screen } from "../../command.ts";
import type { CommandContext } from "../../context.ts";
import { openSettings } from "../../open-settings.ts";
import { countMirrored } from "./count-mirrored.ts";
import { jobOf } from "./find-job.ts";
import { JobNotes } from "./notes.ts";
import { doneLine, drawn, type Pace, plainLine } from "./progress-text.ts";
import { newProgress, runJob } from "./run-job.ts";

const hour = 3_600_000;

/** The timer is not to the second. */
const tolerance = 300_000;

/** Milliseconds between two looks at a run, and between two lines where there is no terminal. */
const pause = 250;
const plainPause = 10_000;

/** Runs the job of a user, or those of all (`--all`), or those whose time has come (`--due`). */
export const runSync: Handler = async (context, [user], options) => {
  const system = realSystem(context.paths.root, "none");
  const jobs = await chosen(context, system, user, options);
  return {
    exit: ExitCode.done,
    lines: (screen) =>
      runAll(context, system, jobs, screen, {
        several: user === undefined,
        force: options["force"] === true,
      }),
  };
};

async function chosen(
  context: CommandContext,
  system: System,
  user: string | undefined,
  options: OptionValues,
): Promise<readonly SyncJob[]> {
  const ways = [user !== undefined, options["all"] === true, options["due"] === true].filter(Boolean);
  if (ways.length !== 1)
    throw refused("whose mailbox?", "USAGE", "accepted: mailwright sync run USER, or --all, or --due");
  return openSettings(context, (settings) => {
    if (user !== undefined) return [jobOf(settings, user)];
    const jobs = allSyncJobs(settings);
    return options["all"] === true ? jobs : jobs.filter((job) => isDue(context, system, job));
  });
}

function isDue({ paths }: CommandContext, { files, clock }: System, { hours, file }: SyncJob): boolean {
  if (hours === 0) return false;
  const last = new JobNotes(files, paths, file).lastRun()?.started ?? 0;
  return clock.now() - last >= hours * hour - tolerance;
}

/** One after the other; that one fails keeps none of the others. */
async function* runAll(
  context: CommandContext,
  system: System,
  jobs: readonly SyncJob[],
  screen: () => Screen | undefined,
  { several, force }: { readonly several: boolean; readonly force: boolean },
): AsyncGenerator<string> {
  const failed: string[] = [];
  for (const job of jobs) {
    let failure: MailwrightError | undefined;
    try {
      failure = yield* runOne(context, system, job, screen, force);
    } catch (error) {
      if (!several || !(error instanceof MailwrightError) || error.code === "INTERRUPTED") throw error;
      failure = error;
      if (context.json)
        yield `${JSON.stringify({ user: job.user, status: "failed", problem: error.message })}\n`;
    }
    if (failure === undefined) continue;
    if (!several) throw failure;
    const reason = harmless([failure.message, failure.hint].filter(Boolean).join("; "));
    if (!context.json) yield `${job.user}: failed: ${reason}\n`;
    if (failure.code !== "LOCKED") failed.push(job.user);
  }
  if (failed.length === 0) return;
  throw new MailwrightError(`${failed.length} of ${jobs.length} jobs failed: ${failed.join(", ")}`, {
    code: "SYNC",
    hint: "Run them again when that is mended: they go on from where they are.",
  });
}

/** Yields how far it is, and what it came to; returns why that is not all. */
async function* runOne(
  context: CommandContext,
  { files, processes, services, network, clock }: System,
  job: SyncJob,
  screen: () => Screen | undefined,
  force: boolean,
): AsyncGenerator<string, MailwrightError | undefined> {
  const system = { files, processes, services, network, clock };
  const progress = newProgress();
  const run = runJob(context, system, job, force, progress);
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
  while (!isOver) {
    await Promise.race([over, clock.sleep(pause)]);
    const seen = screen();
    if (isOver || context.json || (seen === undefined && clock.ticks() < nextLine)) continue;
    nextLine = clock.ticks() + plainPause;
    const mirrored =
      progress.phase === "fetching" ? countMirrored(context.paths, files, job) : progress.messages;
    pace.first ??= progress.phase === "fetching" ? { count: mirrored, at: clock.ticks() } : undefined;
    if (seen === undefined) yield plainLine(job, progress, mirrored, pace, clock.ticks());
    else {
      yield drawn(job, progress, mirrored, pace, clock.ticks(), seen);
      isDrawn = true;
    }
  }
  if (isDrawn) yield "\r\u001b[K";
  const { note, trouble } = await run;
  const { started, ended, problem, ...counts } = note;
  const seconds = Math.round((ended - started) / 100) / 10;
  yield context.json
    ? `${JSON.stringify({ user: job.user, ...counts, problem, seconds })}\n`
    : doneLine(job, note, seconds);
  return trouble;
}
