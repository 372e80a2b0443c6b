import type { SyncJob } from "../../../mail/sync-jobs.ts";
import { type RunNote, stoppedByHand } from "./notes.ts";

/** Jobs that run at a time. */
const atATime = 4;

const hour = 3_600_000;

/** The timer is not to the second. */
const tolerance = 300_000;

/** Milliseconds between two looks at what is due while some run takes longer. */
const pause = 60_000;

/** Whether it is time for a run: by its hours, and an hour after one that failed. A clock that was ahead holds none up. */
export function isDue(
  { hours }: Pick<SyncJob, "hours">,
  last: Pick<RunNote, "started" | "ended" | "status" | "problem"> | undefined,
  now: number,
): boolean {
  if (hours === 0) return false;
  if (last === undefined || last.started > now || last.ended > now) return true;
  const isFailed = last.status === "failed" && last.problem !== stoppedByHand;
  return now - last.started >= hours * hour - tolerance || (isFailed && now - last.ended >= hour - tolerance);
}

/** Those whose time has come, the longest waiting first. */
export function dueNow(
  jobs: readonly SyncJob[],
  lastOf: (job: SyncJob) => RunNote | undefined,
  now: number,
): readonly SyncJob[] {
  return jobs
    .map((job) => ({ job, last: lastOf(job) }))
    .filter(({ job, last }) => isDue(job, last, now))
    .sort((one, other) => (one.last?.started ?? 0) - (other.last?.started ?? 0))
    .map(({ job }) => job);
}

/**
 * Runs what is due, some at a time, and yields what each says. While one takes its time, what becomes due runs beside it.
 * Each has one turn. Where one throws, none is begun any more, and that is thrown when all have ended.
 */
export async function* runDue(
  due: () => Promise<readonly SyncJob[]>,
  run: (job: SyncJob) => AsyncGenerator<string, void>,
): AsyncGenerator<string> {
  const lines: string[] = [];
  const failures: unknown[] = [];
  const begun = new Set<string>();
  let running = 0;
  let wake = (): void => undefined;
  const work = async (job: SyncJob): Promise<void> => {
    try {
      for await (const line of run(job)) {
        lines.push(line);
        wake();
      }
    } catch (error) {
      failures.push(error);
    }
    running -= 1;
    wake();
  };
  for (;;) {
    const jobs = failures.length === 0 ? await due() : [];
    for (const job of jobs.filter(({ file }) => !begun.has(file)).slice(0, atATime - running)) {
      begun.add(job.file);
      running += 1;
      void work(job);
    }
    if (running === 0 && lines.length === 0) break;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
      timer = setTimeout(resolve, pause);
    });
    yield* lines.splice(0);
    if (running > 0) await woken;
    clearTimeout(timer);
  }
  if (failures.length > 0) throw failures[0];
}
