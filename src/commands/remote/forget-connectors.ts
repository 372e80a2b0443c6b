import { join } from "node:path";
import { isTaken } from "../../db/lock.ts";
import { ExitCode } from "../../exit-codes.ts";
import { fileName } from "../../mail/file-name.ts";
import { realSystem } from "../../system/real-system.ts";
import type { Files } from "../../system/system.ts";
import type { Handler } from "../command.ts";
import { openSettings } from "../open-settings.ts";
import { runFolder, stateFolder } from "./last-run.ts";

/**
 * Removes what is known of accounts from which nobody fetches any more: a new one of the same name, of another user perhaps, is to
 * begin without. What a run is at work on is left to the next event.
 */
export const forgetConnectors: Handler = async (context) => {
  const { files } = realSystem("/", "none");
  const kept = await openSettings(
    context,
    (settings) => new Set([...settings.records("getmail")].map(({ key }) => fileName(key))),
  );
  const forgotten = await forgetAllBut(kept, files, runFolder, stateFolder);
  return {
    exit: ExitCode.done,
    text: forgotten.map((file) => `what was known of ${file} is removed\n`).join(""),
  };
};

/** `runs` and `states`: where runs keep theirs, and getmail its own. Returns the names of the files that accounts had. */
export async function forgetAllBut(
  kept: ReadonlySet<string>,
  files: Files,
  runs: string,
  states: string,
): Promise<readonly string[]> {
  // No account's begins with a point.
  const known = files
    .list(runs)
    .map((name) => /^([^.].*)\.(?:journal|json|lock|lock\.holder)$/.exec(name)?.[1]);
  // What else lies among the states may be of a getmail of the administrator's.
  const all = new Set(known.filter((file) => file !== undefined));
  const forgotten: string[] = [];
  for (const file of all) {
    if (kept.has(file) || (await isTaken(join(runs, `${file}.lock`)))) continue;
    // First, for by the others it is known.
    if (files.status(join(states, file)) !== undefined) files.removeFolder(join(states, file));
    for (const kind of ["journal", "json", "lock", "lock.holder"])
      files.remove(join(runs, `${file}.${kind}`));
    forgotten.push(file);
  }
  return forgotten;
}
