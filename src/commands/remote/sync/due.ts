import type { SyncJob } from "../../../mail/sync-jobs.ts";
import type { Clock } from "../../../system/system.ts";
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

/** Milliseconds between two turns of a job at least, for nothing is noted of one that cannot begin. */
const between = hour - tolerance;

/**
 * Runs what is due, some at a time, and yields what each says. While one takes its time, what becomes due runs beside it, again
 * too. Where one throws, or it cannot be told what is due, none is begun any more, and that is thrown when all have ended.
 */
export async function* runDue(
  due: () => Promise<readonly SyncJob[]>,
  run: (job: SyncJob) => AsyncGenerator<string, void>,
  { ticks }: Pick<Clock, "ticks">,
): AsyncGenerator<string> {
  const lines: string[] = [];
  const failures: unknown[] = [];
  const begun = new Map<string, number>();
  const atWork = new Set<string>();
  const mayBegin = ({ file }: SyncJob): boolean =>
    !atWork.has(file) && ticks() - (begun.get(file) ?? Number.NEGATIVE_INFINITY) >= between;
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
    atWork.delete(job.file);
    wake();
  };
  for (;;) {
    const jobs = failures.length === 0 ? await due().catch((error) => void failures.push(error)) : [];
    for (const job of (jobs ?? []).filter(mayBegin).slice(0, atATime - atWork.size)) {
      begun.set(job.file, ticks());
      atWork.add(job.file);
      void work(job);
    }
    if (atWork.size === 0 && lines.length === 0) break;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
      timer = setTimeout(resolve, pause);
    });
    yield* lines.splice(0);
    if (atWork.size > 0) await woken;
    clearTimeout(timer);
  }
  if (failures.length > 0) throw failures[0];
}
