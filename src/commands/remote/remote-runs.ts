import { connectors } from "../../mail/connectors.ts";
import type { Settings } from "../../mail/settings.ts";
import { allSyncJobs } from "../../mail/sync-jobs.ts";
import type { CommandContext } from "../context.ts";
import { lastRun, runFolder } from "./last-run.ts";
import { JobNotes, stoppedByHand } from "./sync/notes.ts";

/** How mail from an account elsewhere fares; times in milliseconds since 1970. */
export interface RemoteRun {
  readonly kind: "fetch" | "sync";
  /** The account, or the user whose mailbox is copied. */
  readonly name: string;
  /** Milliseconds between two runs by the clock; 0: somebody starts them. */
  readonly every: number;
  /** When its configuration was last made; `undefined` where it is not yet. */
  readonly made: number | undefined;
  readonly started: number | undefined;
  readonly ended: number | undefined;
  readonly succeeded: number | undefined;
  /** What was wrong with the last run; empty where nothing was, and where somebody has stopped it. */
  readonly problem: string;
}

const hour = 3_600_000;

/** The last runs of all accounts that are fetched from, and of all mailboxes that are copied. Nothing is asked of them. */
export function remoteRuns({ files, paths }: CommandContext, settings: Settings): RemoteRun[] {
  const madeAt = (path: string): number | undefined => files.status(paths.target(path))?.modified;
  const fetched = connectors(settings).accounts.map(({ key, file, minutes }): RemoteRun => {
    const { started, ended, succeeded, problem = "" } = lastRun(files, file, paths.target(runFolder)) ?? {};
    const made = madeAt(`/etc/getmail/accounts/${file}`);
    return {
      kind: "fetch",
      name: key,
      every: minutes * 60_000,
      ...{ made, started, ended, succeeded, problem },
    };
  });
  const copied = allSyncJobs(settings).map(({ user, file, hours }): RemoteRun => {
    const { started, ended, succeeded, problem = "" } = new JobNotes(files, paths, file).lastRun() ?? {};
    const made = madeAt(`/etc/dovecot/imapsync/${file}`);
    const told = problem === stoppedByHand ? "" : problem;
    return {
      kind: "sync",
      name: user,
      every: hours * hour,
      ...{ made, started, ended, succeeded },
      problem: told,
    };
  });
  return [...fetched, ...copied];
}

/** Those whose last run by the clock had a problem: of others somebody has seen it. */
export function failedRuns(runs: readonly RemoteRun[]): RemoteRun[] {
  return runs.filter(({ every, problem }) => every > 0 && problem !== "");
}
