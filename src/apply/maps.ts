import { MailwrightError } from "../errors.ts";
import type { Paths } from "../paths.ts";
import { nextSecond } from "../system/real-files.ts";
import type { System } from "../system/system.ts";
import type { PlannedFile } from "./plan.ts";

/** Milliseconds that postmap(1) may take. */
const timeout = 120_000;

/**
 * Makes the compiled tables beside those files that say `map`, where they are missing or older than their
 * source. postmap(1) writes cdb tables under another name and renames them. Tells what was left undone.
 */
export async function buildMaps(
  system: System,
  paths: Paths,
  files: readonly PlannedFile[],
): Promise<string[]> {
  const notes: string[] = [];
  for (const file of files) {
    const { rendered, bytes } = file;
    const type = rendered.metadata.map;
    if (type === undefined) continue;
    const source = paths.target(rendered.path);
    const table = `${source}.${type}`;
    if (bytes === undefined) system.files.remove(table);
    else if (isDue(system, file, source, table)) {
      const postmap = system.processes.find("postmap");
      if (postmap === undefined) notes.push(`postmap is not installed: ${rendered.path}.${type} is not made`);
      else {
        const before = system.files.status(table)?.modified ?? 0;
        await build(system, postmap, type, source);
        makeNewer(system, table, before, system.files.status(source)?.modified ?? 0);
      }
    }
  }
  return notes;
}

function isDue(system: System, { state }: PlannedFile, source: string, table: string): boolean {
  if (state !== "same" && state !== "attributes") return true;
  const made = system.files.status(table)?.modified;
  return made === undefined || made < (system.files.status(source)?.modified ?? 0);
}

/** Postfix sees that a table is another by the second in which it was modified, as we do by that of its source. */
function makeNewer(system: System, table: string, before: number, source: number): void {
  const made = system.files.status(table)?.modified;
  const least = Math.max(before === 0 ? 0 : nextSecond(before), source);
  if (made !== undefined && made < least) system.files.setModified(table, least);
}

async function build(system: System, postmap: string, type: string, source: string): Promise<void> {
  const { exit, stderr } = await system.processes.run([postmap, `${type}:${source}`], { timeout });
  if (exit === 0) return;
  throw new MailwrightError(`postmap cannot make ${source}.${type}`, {
    code: "MAP_FAILED",
    hint: `${stderr.trim()}\nThe text is written; Postfix goes on with the table that it has.`,
  });
}
