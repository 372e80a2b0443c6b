import { MailwrightError } from "../../../errors.ts";
import { ExitCode } from "../../../exit-codes.ts";
import { harmless } from "../../../format/harmless.ts";
import type { Style } from "../../../format/style.ts";
import { columns } from "../../../format/table.ts";
import { dateTime } from "../../../format/times.ts";
import { allSyncJobs, type SyncJob } from "../../../mail/sync-jobs.ts";
import { realSystem } from "../../../system/real-system.ts";
import type { Handler, Result } from "../../command.ts";
import { openSettings } from "../../open-settings.ts";
import { jobOf } from "./find-job.ts";
import { JobNotes, type RunNote, stoppedByHand } from "./notes.ts";

/** Milliseconds that a run has to end when it is stopped. */
const patience = 30_000;

interface JobStatus {
  readonly user: string;
  readonly host: string;
  readonly running: boolean;
  /** Hours between two runs by the clock; 0: none. */
  readonly hours: number;
  readonly last: RunNote | null;
}

/** Whether jobs are at work, and how their last runs went. */
export const syncStatus: Handler = async (context, [user]) => {
  const { files } = realSystem(context.paths.root, "none");
  const jobs = await openSettings(context, (settings) =>
    user === undefined ? allSyncJobs(settings) : [jobOf(settings, user)],
  );
  const data: JobStatus[] = [];
  for (const job of jobs) {
    const notes = new JobNotes(files, context.paths, job.file);
    const last = notes.lastRun() ?? null;
    data.push({ user: job.user, host: job.host, running: await notes.isRunning(), hours: job.hours, last });
  }
  return {
    exit: ExitCode.done,
    data,
    view: (style) =>
      data.length === 0
        ? "There is none. Make one: mailwright sync add\n"
        : columns([
            ["user", "host", "by the clock", "state"].map(style.faint),
            ...data.map((one) => [
              style.strong(one.user),
              one.host,
              one.hours === 0 ? "no" : `every ${one.hours} h`,
              one.running ? "running" : lastText(one.last, style),
            ]),
          ]),
  };
};

/** Whether a run has done all, and when. */
export function whenText({ status, ended }: RunNote, style: Style): string {
  const text = `${status} ${dateTime(ended, style.isUtc)}`;
  return status === "failed" ? style.bad(text) : text;
}

/** How a run went. */
function lastText(last: RunNote | null, style: Style): string {
  if (last === null) return "has not run";
  const removed = last.removed === 0 ? "" : `, ${last.removed} removed`;
  const came =
    last.status === "failed"
      ? harmless(last.problem)
      : `${last.copied} copied${removed}, ${last.messages} messages there`;
  return `${whenText(last, style)}: ${came}`;
}

/** Ends the run of a job, between two programs or within one; what is copied stays, and other jobs go on. */
export const stopSync: Handler = async (context, [user = ""]) => {
  const { files, clock } = realSystem(context.paths.root, "none");
  const job = await openSettings(context, (settings) => jobOf(settings, user));
  const notes = new JobNotes(files, context.paths, job.file);
  if (!(await notes.isRunning()))
    return { exit: ExitCode.done, data: { stopped: false }, view: () => `${job.user}: no run is at work\n` };
  const holder = Number(files.readText(`${notes.lock}.holder`));
  notes.askToStop(true);
  try {
    for (const limit = clock.ticks() + patience; clock.ticks() < limit; await clock.sleep(100))
      if (!(await notes.isRunning())) return ended(job, notes.lastRun()?.problem === stoppedByHand);
  } finally {
    notes.askToStop(false);
  }
  throw stillRunning(job, holder);
};

/** A run may have come to its end in the moment in which it was asked to. */
function ended({ user }: SyncJob, stopped: boolean): Result {
  const what = stopped ? "stopped" : "the run had come to its end";
  return { exit: ExitCode.done, data: { stopped }, view: () => `${user}: ${what}\n` };
}

function stillRunning({ user }: SyncJob, holder: number): MailwrightError {
  return new MailwrightError(`the run of ${user} has not ended within ${patience / 1000} s`, {
    code: "SYNC",
    hint: `It is process ${holder}.`,
  });
}
