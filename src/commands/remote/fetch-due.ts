import { join } from "node:path";
import { isLocked, takeLock } from "../../db/lock.ts";
import { MailwrightError } from "../../errors.ts";
import type { Connector } from "../../mail/connectors.ts";
import type { System } from "../../system/system.ts";
import type { Site } from "./fetch-account.ts";
import { lastRun, runFolder } from "./last-run.ts";

/** Accounts from which mail is fetched at a time. */
const atATime = 8;

/** Milliseconds between two looks while some run takes longer; and by how much a visit may be early. */
const pause = 60_000;
const slack = 5000;

/** Whether it is time for a visit. */
export function isDue(minutes: number, last: number | undefined, now: number): boolean {
  return last === undefined || last > now || now - last >= minutes * 60_000 - slack;
}

/**
 * Those whose time has come, the longest waiting first: many slow ones that are due each minute keep none of the others from
 * its turn. `started` tells when the last visit began, in milliseconds.
 */
export function dueNow<T extends { readonly minutes: number }>(
  accounts: readonly T[],
  started: (account: T) => number | undefined,
  now: number,
): readonly T[] {
  return accounts
    .map((account) => ({ account, last: started(account) }))
    .filter(({ account, last }) => isDue(account.minutes, last, now))
    .sort((one, other) => (one.last ?? 0) - (other.last ?? 0))
    .map(({ account }) => account);
}

/**
 * Fetches from each account whose time has come, some at a time. While one takes its time, the others keep theirs: it is looked
 * each minute until no run is left. One process does that; another has nothing to do. When it is interrupted, or the settings cannot
 * be read any more, it starts nothing more, and throws when what runs has ended.
 */
export async function fetchDue(
  system: System,
  read: () => Promise<{ accounts: readonly Connector[]; site: Site }>,
  fetchOne: (connector: Connector, site: Site) => Promise<unknown>,
): Promise<void> {
  const { files, clock } = system;
  files.makeFolder(runFolder, 0o700);
  const lock = await takeLock(join(runFolder, ".due.lock"), 0, "mailwright fetch --due").catch(unlessHeld);
  if (lock === undefined) return;
  const running = new Map<string, Promise<void>>();
  try {
    const failures: unknown[] = [];
    // A visit that fails leaves no result.
    const visits = new Map<string, number>();
    const lastVisit = ({ file }: Connector): number | undefined => {
      const times = [visits.get(file), lastRun(files, file)?.started].filter((time) => time !== undefined);
      return times.length === 0 ? undefined : Math.max(...times);
    };
    do {
      const { accounts, site } = await read();
      for (const connector of dueNow(accounts, lastVisit, clock.now())) {
        const { key, file } = connector;
        if (running.has(key) || running.size >= atATime) continue;
        visits.set(file, clock.now());
        const run = fetchOne(connector, site).catch((error) => isLocked(error) || failures.push(error));
        running.set(
          key,
          run.then(() => void running.delete(key)),
        );
      }
      if (running.size > 0) await firstOf([...running.values()]);
    } while (running.size > 0 && !failures.some(isInterrupt));
    await Promise.all(running.values());
    // What is wrong with one account keeps none of the others.
    if (failures.length > 0) throw failures.find(isInterrupt) ?? failures[0];
  } finally {
    await Promise.all(running.values());
    lock.release();
  }
}

/** Waits for one of these, and no longer than the pause; nothing of it outlives the wait. */
async function firstOf(runs: readonly Promise<void>[]): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, pause);
  });
  await Promise.race([...runs, over]);
  clearTimeout(timer);
}

function isInterrupt(error: unknown): boolean {
  return error instanceof MailwrightError && error.code === "INTERRUPTED";
}

function unlessHeld(error: unknown): undefined {
  if (!isLocked(error)) throw error;
}
