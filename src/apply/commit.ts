import { dirname } from "node:path";
import type { ManagedFile } from "../db/ledger.ts";
import type { Paths } from "../paths.ts";
import type { System } from "../system/system.ts";
import { hashOf, type PlannedFile } from "./plan.ts";

/** Writes, corrects or removes each file, one after the other, each atomically; tells what the ledger is to know. */
export function commitFiles(
  system: System,
  paths: Paths,
  files: readonly PlannedFile[],
): { written: ManagedFile[]; removed: string[] } {
  const written: ManagedFile[] = [];
  const removed: string[] = [];
  for (const { rendered, state, bytes, uid, gid } of files) {
    const path = paths.target(rendered.path);
    const { mode, owner, group } = rendered.metadata;
    if (bytes === undefined) {
      system.files.remove(path);
      removed.push(rendered.path);
      continue;
    }
    if (state === "attributes") system.files.setAttributes(path, { mode, uid, gid });
    else {
      system.files.makeFolder(dirname(path), 0o755);
      system.files.write(path, bytes, { mode, uid, gid });
    }
    written.push({
      path: rendered.path,
      template: rendered.template,
      hash: hashOf(bytes),
      mode,
      owner: `${owner}:${group}`,
    });
  }
  return { written, removed };
}

/** Keeps the bytes of hand-edited files beside the database, dated; tells where each lies. */
export function keepEdited(system: System, paths: Paths, files: readonly PlannedFile[]): string[] {
  const stamp = new Date(system.clock.now()).toISOString().replace(/[:.]/g, "-");
  const notes: string[] = [];
  for (const { rendered, before } of files.filter(({ state }) => state === "edited")) {
    if (before.bytes === undefined) continue;
    const copy = `${paths.state}/edited/${stamp}${rendered.path}`;
    system.files.makeFolder(dirname(copy), 0o700);
    system.files.write(copy, before.bytes, { mode: 0o600 });
    notes.push(`${rendered.path} was edited by hand; what it held is kept in ${copy}`);
  }
  return notes;
}
