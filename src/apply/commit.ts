import { dirname } from "node:path";
import type { KeptFile, Ledger, ManagedFile, ServiceMemory } from "../db/ledger.ts";
import { MailwrightError } from "../errors.ts";
import type { Paths } from "../paths.ts";
import { nextSecond } from "../system/real-files.ts";
import { halfDoneCode } from "../system/replace-files.ts";
import type { Replacement, System } from "../system/system.ts";
import { tableFile } from "./check/table-files.ts";
import type { BuiltTable } from "./check/tables.ts";
import { absentHash, hashOf, type PlannedFile } from "./plan.ts";

/** Where files are written. */
interface CommitEnvironment {
  readonly system: System;
  readonly paths: Paths;
  readonly ledger: Ledger;
}

/** What one commit puts in place, and what it asks of services. */
export interface Commit {
  readonly files: readonly PlannedFile[];
  readonly tables: readonly BuiltTable[];
  /** The units that read a file, by its path; for those that a template does not name. */
  readonly unitsOf: (file: PlannedFile) => readonly string[];
  readonly services: readonly ServiceMemory[];
}

/**
 * Puts every file in place, or none. What is done to the ledger before says what services are asked for and
 * keeps what stood there, so that whoever comes next can finish or go back; it is taken back where no file could
 * be written. `alongside` becomes part of the ledger's first transaction; `onWritten` is called as soon as files may be
 * other ones than before.
 */
export function commitFiles(
  environment: CommitEnvironment,
  commit: Commit,
  alongside: () => void,
  onWritten: () => void,
): void {
  const { system, paths, ledger } = environment;
  const { files, tables, services } = commit;
  system.files.removeLeftovers(files.flatMap(({ rendered }) => placesOf(paths, rendered)));
  refuseNewEdits(environment, files);
  const touched = files.filter(({ state }) => state !== "same");
  const known = {
    services: ledger.services(),
    kept: new Set(ledger.keptFiles("unverified").map(({ path }) => path)),
  };
  const kept = keptFiles(environment, touched, commit);
  if (kept.length + services.length === 0) alongside();
  else {
    ledger.together(() => {
      ledger.recordServices(services);
      ledger.recordFiles(intendedFiles(touched), []);
      ledger.keep(kept);
      alongside();
    });
  }
  try {
    write(environment, touched, tables);
  } catch (error) {
    // Files that could not be put back are in place: all that is noted is needed.
    if (error instanceof MailwrightError && error.code === halfDoneCode) {
      onWritten();
      throw error;
    }
    takeBack(
      ledger,
      touched,
      services,
      known.services,
      kept.filter(({ path }) => !known.kept.has(path)),
    );
    throw error;
  }
  onWritten();
  const { written, removed } = committedFiles(files);
  if (written.length + removed.length > 0) ledger.recordFiles(written, removed);
  for (const { path, file, bytes } of tables) {
    if (bytes !== undefined) makeAsNew(system, paths.target(path), paths.target(file.rendered.path));
  }
}

/** Where a file, and the table beside it, have their places. */
function placesOf(paths: Paths, { path, metadata }: PlannedFile["rendered"]): string[] {
  const table = metadata.map === undefined ? [] : [paths.target(tableFile(path, metadata.map))];
  return [paths.target(path), ...table];
}

/** What was saved while the daemons judged is not what the plan has seen, and would be lost. */
function refuseNewEdits({ system, paths }: CommitEnvironment, files: readonly PlannedFile[]): void {
  const edited = files.find(({ rendered, before, state }) => {
    if (state === "same") return false;
    const now = system.files.status(paths.target(rendered.path));
    return now?.kind !== before.status?.kind || now?.modified !== before.status?.modified;
  });
  if (edited === undefined) return;
  throw new MailwrightError(`${edited.rendered.path} was changed by someone else in this moment`, {
    code: "EDITED",
    hint: "Nothing was touched. Signal the event again.",
  });
}

function write(
  { system, paths }: CommitEnvironment,
  touched: readonly PlannedFile[],
  tables: readonly BuiltTable[],
): void {
  // These first: one that is wrong again is no harm, while nothing may fail after the files are in place.
  for (const { rendered, state, uid, gid } of touched) {
    if (state === "attributes")
      system.files.setAttributes(paths.target(rendered.path), { mode: rendered.metadata.mode, uid, gid });
  }
  const replaced = touched.filter(({ state }) => state !== "attributes");
  for (const { rendered, bytes } of replaced) {
    if (bytes !== undefined) system.files.makeFolder(dirname(paths.target(rendered.path)), 0o755);
  }
  const replacements = [
    ...replaced.map((file) => replacement(system, paths, file)),
    ...tables.map((table) => tableReplacement(system, paths, table)),
  ];
  if (replacements.length > 0) system.files.replaceAll(replacements);
}

/** A table is made again where its source is newer: so it is, even if the table was made in this same second. */
function replacement(system: System, paths: Paths, { rendered, bytes, uid, gid }: PlannedFile): Replacement {
  const path = paths.target(rendered.path);
  const { mode, map } = rendered.metadata;
  if (bytes === undefined) return { path, absent: true };
  const made = map === undefined ? undefined : system.files.status(tableFile(path, map))?.modified;
  return { path, bytes, attributes: { mode, uid, gid }, notBefore: made && nextSecond(made) };
}

/** A table may be read by whoever may read its source. */
function tableReplacement(system: System, paths: Paths, { path, file, bytes }: BuiltTable): Replacement {
  const target = paths.target(path);
  if (bytes === undefined) return { path: target, absent: true };
  const { rendered, uid, gid } = file;
  const source = system.files.status(paths.target(rendered.path))?.modified;
  return { path: target, bytes, attributes: { mode: rendered.metadata.mode, uid, gid }, notBefore: source };
}

/** Postfix warns of a table that is older than its source, and we would make it again. */
function makeAsNew(system: System, table: string, source: string): void {
  const written = system.files.status(source)?.modified;
  const made = system.files.status(table)?.modified;
  if (written !== undefined && made !== undefined && made < written) system.files.setModified(table, written);
}

/** Where nothing was written, nothing is asked of services, and what stood there need not be kept. */
function takeBack(
  ledger: Ledger,
  touched: readonly PlannedFile[],
  services: readonly ServiceMemory[],
  before: ReadonlyMap<string, ServiceMemory>,
  kept: readonly KeptFile[],
): void {
  try {
    ledger.together(() => {
      ledger.recordServices(
        services.map(({ unit }) => before.get(unit) ?? { unit, wanted: "", action: undefined }),
      );
      const unknown = touched.filter(({ lastWritten }) => lastWritten === undefined);
      ledger.recordFiles(
        touched.flatMap(({ lastWritten }) => lastWritten ?? []),
        unknown.map(({ rendered }) => rendered.path),
      );
      ledger.forgetKept(
        "unverified",
        kept.map(({ path }) => path),
      );
    });
  } catch {
    // The disk may be full for the ledger too. What it says then is safe: a reload more than needed.
  }
}

/** What stands in the place of each file, and of each table, that is about to change. */
function keptFiles(
  { system, paths }: CommitEnvironment,
  touched: readonly PlannedFile[],
  { tables, unitsOf }: Commit,
): KeptFile[] {
  const files = touched.map((file): KeptFile => {
    const { bytes, status } = file.before;
    return {
      path: file.rendered.path,
      bytes,
      link: status?.link,
      mode: status?.mode ?? 0,
      uid: status?.uid ?? 0,
      gid: status?.gid ?? 0,
      units: unitsOf(file),
      managed: file.lastWritten,
    };
  });
  const old = tables.map(({ path, file }): KeptFile => {
    const status = system.files.status(paths.target(path));
    return {
      path,
      bytes: system.files.read(paths.target(path)),
      link: undefined,
      mode: status?.mode ?? 0,
      uid: status?.uid ?? 0,
      gid: status?.gid ?? 0,
      units: unitsOf(file),
      managed: undefined,
    };
  });
  return [...files, ...old];
}

/**
 * What the ledger is told before the commit: each file that is about to change holds either what it holds now or
 * what it shall hold. So a commit that was killed half-way is not taken for an administrator's edits.
 */
function intendedFiles(touched: readonly PlannedFile[]): ManagedFile[] {
  return touched.flatMap(({ rendered, bytes, before, lastWritten }) => {
    if (bytes === undefined)
      return lastWritten === undefined ? [] : [{ ...lastWritten, hash: `${lastWritten.hash} ${absentHash}` }];
    const old =
      before.status === undefined ? [absentHash] : before.bytes === undefined ? [] : [hashOf(before.bytes)];
    return [managedFile(rendered, [...new Set([...old, hashOf(bytes)])].join(" "))];
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
