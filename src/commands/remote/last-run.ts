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
}

/** Where runs keep what concerns them alone: locks, journals, results. */
export const runFolder = "/var/lib/mailwright/fetch";

const pathOf = (file: string): string => join(runFolder, `${file}.json`);

/** The last run of an account, by the name of its file. */
export function lastRun(files: Files, file: string): Run | undefined {
  const text = files.readText(pathOf(file));
  if (text === undefined) return undefined;
  try {
    const run: Run = JSON.parse(text);
    return typeof run.started === "number" ? run : undefined;
  } catch {
    return undefined;
  }
}

export function rememberRun(files: Files, file: string, run: Run): void {
  files.write(pathOf(file), Buffer.from(`${JSON.stringify(run)}\n`), { mode: 0o600 });
}
