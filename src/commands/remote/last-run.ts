import { join } from "node:path";
import type { Files } from "../../system/system.ts";

/** What a run came to. */
export interface Run {
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly ended: number;
  readonly delivered: number;
  readonly spam: number;
  readonly refused: number;
  /** Messages that stay at the provider for the next run. */
  readonly kept: number;
  /** Why it failed, or why messages are kept; absent: all is well. */
  readonly problem?: string | undefined;
  /** When the last run ended in which all was well; kept by `rememberRun`. */
  readonly succeeded?: number | undefined;
}

/** Where runs keep what concerns them alone: locks, journals, results. */
export const runFolder = "/var/lib/mailwright/fetch";

/** What getmail remembers, a folder for each account. */
export const stateFolder = "/var/lib/getmail";

/** The last run of an account, by the name of its file. `folder`: `runFolder`, below another root too. */
export function lastRun(files: Files, file: string, folder = runFolder): Run | undefined {
  const text = files.readText(join(folder, `${file}.json`));
  if (text === undefined) return undefined;
  try {
    const run: Run = JSON.parse(text);
    return typeof run.started === "number" ? run : undefined;
  } catch {
    return undefined;
  }
}

export function rememberRun(files: Files, file: string, run: Run): void {
  const succeeded = run.problem === undefined ? run.ended : lastRun(files, file)?.succeeded;
  const bytes = Buffer.from(`${JSON.stringify({ ...run, succeeded })}\n`);
  files.write(join(runFolder, `${file}.json`), bytes, { mode: 0o600 });
}
