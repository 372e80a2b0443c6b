import type { Stats } from "node:fs";
import { dirname } from "node:path";
import { MailwrightError } from "../errors.ts";
import { codeOf, explained, optional } from "./file-errors.ts";
import { makeFile, syncFolder, temporaryName } from "./new-files.ts";
import type { FileSystemModule } from "./real-files.ts";
import type { Replacement } from "./system.ts";

/** One replacement that is prepared: all that it needs of the disk it has, and at its path nothing has changed. */
interface Step {
  readonly verb: "write" | "remove";
  readonly path: string;
  readonly put: () => void;
  readonly undo: () => void;
  /** Where the old file is meanwhile; `undefined` where there was none. */
  readonly kept: string | undefined;
}

/**
 * Replaces files as `Files.replaceAll` promises. `later` tells when the successor of a file that was modified at a
 * time may be modified at the earliest; both in milliseconds since 1970.
 */
export function replaceFiles(
  fs: FileSystemModule,
  replacements: readonly Replacement[],
  later: (time: number) => number,
): void {
  const temporaries = new Temporaries(fs);
  try {
    const steps = replacements.flatMap((replacement) =>
      explained(verbOf(replacement), replacement.path, () => prepare(fs, temporaries, replacement, later)),
    );
    putAll(fs, temporaries, steps);
  } finally {
    temporaries.remove();
  }
}

/** Files under temporary names beside their places. */
class Temporaries {
  private readonly paths = new Set<string>();
  constructor(private readonly fs: FileSystemModule) {}

  /** A name for one more; what a killed process of this number left there is gone. */
  nameBeside(path: string): string {
    const name = temporaryName(path, this.paths.size);
    optional(() => this.fs.unlinkSync(name));
    this.paths.add(name);
    return name;
  }

  /** It holds what is nowhere else and stays. */
  leave(path: string): void {
    this.paths.delete(path);
  }

  /** All is decided by now: one that cannot be removed stays for `removeLeftovers` and fails nothing. */
  remove(): void {
    for (const path of this.paths) quietly(() => this.fs.unlinkSync(path));
  }
}

function prepare(
  fs: FileSystemModule,
  temporaries: Temporaries,
  replacement: Replacement,
  later: (time: number) => number,
): Step[] {
  const { path } = replacement;
  const verb = verbOf(replacement);
  const before = optional(() => fs.lstatSync(path));
  // A rename could move it out of the way as well, with all that is in it.
  if (before?.isDirectory()) throw Object.assign(new Error(`${path} is a folder`), { code: "EISDIR" });
  if ("absent" in replacement) {
    if (before === undefined) return [];
    const kept = temporaries.nameBeside(path);
    const [put, undo] = [() => fs.renameSync(path, kept), () => fs.renameSync(kept, path)];
    return [{ verb, path, kept, put, undo }];
  }
  const next = temporaries.nameBeside(path);
  if ("link" in replacement) fs.symlinkSync(replacement.link, next);
  else {
    const { bytes, attributes, notBefore = 0 } = replacement;
    const earliest = Math.max(notBefore, before === undefined ? 0 : later(before.mtimeMs));
    makeFile(fs, next, { bytes, attributes, modified: (now) => Math.max(now, earliest) });
  }
  const put = (): void => fs.renameSync(next, path);
  if (before === undefined) return [{ verb, path, kept: undefined, put, undo: () => fs.unlinkSync(path) }];
  const kept = temporaries.nameBeside(path);
  keep(fs, path, before, kept);
  return [{ verb, path, kept, put, undo: () => fs.renameSync(kept, path) }];
}

/** Where the file system has no hard links, or not of this file: link(2). */
const unlinkable: ReadonlySet<string> = new Set([
  ...["EPERM", "EXDEV", "EMLINK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"],
]);

/** Gives a file a second name, from which it can be put back without room on the disk. */
function keep(fs: FileSystemModule, path: string, before: Stats, kept: string): void {
  try {
    fs.linkSync(path, kept);
  } catch (error) {
    if (!unlinkable.has(codeOf(error) ?? "")) throw error;
    if (before.isSymbolicLink()) fs.symlinkSync(fs.readlinkSync(path), kept);
    else if (before.isFile()) {
      const { mode, uid, gid, mtimeMs } = before;
      const attributes = { mode: mode & 0o7777, uid, gid };
      makeFile(fs, kept, { bytes: fs.readFileSync(path), attributes, modified: () => mtimeMs });
    } else throw error;
  }
}

function putAll(fs: FileSystemModule, temporaries: Temporaries, steps: readonly Step[]): void {
  const done: Step[] = [];
  try {
    for (const step of steps) {
      explained(step.verb, step.path, step.put);
      done.push(step);
    }
    for (const [folder, { verb, path }] of byFolder(steps))
      explained(verb, path, () => syncFolder(fs, folder));
  } catch (error) {
    const stuck = undoAll(fs, temporaries, done);
    throw stuck.length === 0 ? error : halfDone(error, stuck);
  }
}

/** Puts back what was there before these steps, the last one first; tells of each that could not be undone. */
function undoAll(fs: FileSystemModule, temporaries: Temporaries, done: readonly Step[]): string[] {
  const stuck: string[] = [];
  for (const { path, kept, undo } of done.toReversed()) {
    if (quietly(undo)) continue;
    if (kept !== undefined) temporaries.leave(kept);
    stuck.push(`${path} is changed already${kept === undefined ? "" : `; what it was is in ${kept}`}.`);
  }
  for (const folder of byFolder(done).keys()) quietly(() => syncFolder(fs, folder));
  return stuck;
}

/** The code of a failure that leaves some files replaced, for they could not be put back. */
export const halfDoneCode = "FILES_HALF_DONE";

function halfDone(cause: unknown, stuck: readonly string[]): MailwrightError {
  const hint = cause instanceof MailwrightError ? [cause.hint ?? ""] : [];
  return new MailwrightError(cause instanceof Error ? cause.message : String(cause), {
    code: halfDoneCode,
    hint: [...stuck, ...hint].join("\n"),
    cause,
  });
}

const verbOf = (replacement: Replacement): Step["verb"] => ("absent" in replacement ? "remove" : "write");

const byFolder = (steps: readonly Step[]): Map<string, Step> =>
  new Map(steps.map((step) => [dirname(step.path), step]));

/** Whether the action went well. */
function quietly(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
