import { dirname } from "node:path";
import type { Ledger, ManagedFile } from "../db/ledger.ts";
import type { Paths } from "../paths.ts";
import { nextSecond } from "../system/real-files.ts";
import type { System } from "../system/system.ts";
import { hashOf, type PlannedFile } from "./plan.ts";

/** Where files are written, and what is told of it. */
interface CommitEnvironment {
  readonly system: System;
  readonly paths: Paths;
  readonly ledger: Ledger;
}

/**
 * Makes every file as it is planned, each atomically. Killed at any point, the next commit knows its own files.
 * Tells where a copy of what mailwright did not write lies.
 */
export function commitFiles(
  { system, paths, ledger }: CommitEnvironment,
  files: readonly PlannedFile[],
): string[] {
  const notes = keepEdited(system, paths, files);
  const intended = intendedFiles(files);
  if (intended.length > 0) ledger.recordFiles(intended, []);
  writeFiles(system, paths, files);
  const { written, removed } = committedFiles(files);
  if (written.length + removed.length > 0) ledger.recordFiles(written, removed);
  return notes;
}

/** Writes, corrects or removes each file that is not as it should be, and cleans up beside all. */
function writeFiles(system: System, paths: Paths, files: readonly PlannedFile[]): void {
  for (const { rendered, state, bytes, uid, gid } of files) {
    const path = paths.target(rendered.path);
    const { mode } = rendered.metadata;
    system.files.removeLeftovers(path);
    if (state === "same") continue;
    if (bytes === undefined) system.files.remove(path);
    else if (state === "attributes") system.files.setAttributes(path, { mode, uid, gid });
    else {
      system.files.makeFolder(dirname(path), 0o755);
      system.files.write(path, bytes, { mode, uid, gid });
      if (rendered.metadata.map !== undefined)
        makeNewerThan(system, path, `${path}.${rendered.metadata.map}`);
    }
  }
}

/** A table is made again where its source is newer: so it is, even if the table was made in this same second. */
function makeNewerThan(system: System, source: string, table: string): void {
  const made = system.files.status(table)?.modified;
  const written = system.files.status(source)?.modified;
  if (made !== undefined && written !== undefined && written <= made) {
    system.files.setModified(source, nextSecond(made));
  }
}

/**
 * What the ledger is told before the commit: each file that is about to change holds either what it holds now or
 * what it shall hold. So a commit that was killed half-way is not taken for an administrator's edits.
 */
function intendedFiles(files: readonly PlannedFile[]): ManagedFile[] {
  return files.flatMap(({ rendered, bytes, before, state }) => {
    if (state === "same" || bytes === undefined) return [];
    const hashes = [before.bytes, bytes].flatMap((content) =>
      content === undefined ? [] : [hashOf(content)],
    );
    return [managedFile(rendered, [...new Set(hashes)].join(" "))];
  });
}

/** What the ledger is told after the commit; nothing where it knows all of it. */
function committedFiles(files: readonly PlannedFile[]): {
  written: ManagedFile[];
  removed: string[];
} {
  const written: ManagedFile[] = [];
  const removed: string[] = [];
  for (const { rendered, bytes, lastWritten, state } of files) {
    if (bytes === undefined) {
      if (lastWritten !== undefined) removed.push(rendered.path);
      continue;
    }
    const file = managedFile(rendered, hashOf(bytes));
    if (state !== "same" || lastWritten?.hash !== file.hash) written.push(file);
  }
  return { written, removed };
}

function managedFile(
  { path, template, metadata: { mode, owner, group } }: PlannedFile["rendered"],
  hash: string,
): ManagedFile {
  return { path, template, hash, mode, owner: `${owner}:${group}` };
}

/** Keeps, dated and beside the database, the bytes that mailwright did not write; tells where each lies. */
function keepEdited(system: System, paths: Paths, files: readonly PlannedFile[]): string[] {
  const stamp = new Date(system.clock.now()).toISOString().replace(/[:.]/g, "-");
  const notes: string[] = [];
  for (const { rendered, before, state } of files) {
    if (before.bytes === undefined || (state !== "edited" && state !== "foreign")) continue;
    const copy = `${paths.state}/edited/${stamp}${rendered.path}`;
    system.files.makeFolder(dirname(copy), 0o700);
    system.files.write(copy, before.bytes, { mode: 0o600 });
    const why = state === "edited" ? "was edited by hand" : "was there before, not made by mailwright";
    notes.push(`${rendered.path} ${why}: a copy of it goes to ${copy}`);
  }
  return notes;
}
