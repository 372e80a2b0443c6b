import * as nodeFs from "node:fs";
import { join } from "node:path";
import { RealFiles } from "../../../src/system/real-files.ts";
import type { Replacement } from "../../../src/system/system.ts";
import { broken, folder, watched } from "./watched-files.ts";

const { lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, utimesSync, writeFileSync } = nodeFs;

export const bytes = (text: string): Buffer => Buffer.from(text);
export const attributes = { mode: 0o640 };

/** Two folders, with one of each replacement that there is. */
export function site(): { base: string; replacements: Replacement[]; at: (name: string) => string } {
  const base = folder();
  const at = (name: string): string => join(base, name);
  for (const name of ["one", "two"]) mkdirSync(at(name));
  // Far from the next second, and a time that is kept to the nanosecond by whatever sets it.
  const second = Math.floor(Date.now() / 1000) + 0.25;
  for (const name of ["one/changed", "one/removed", "two/to-link", "two/changed"]) {
    writeFileSync(at(name), `old ${name}`, { mode: 0o600 });
    utimesSync(at(name), second, second);
  }
  symlinkSync("nowhere", at("two/to-file"));
  symlinkSync("changed", at("two/link"));
  const file = (name: string): Replacement => ({ path: at(name), bytes: bytes(`new ${name}`), attributes });
  const replacements: Replacement[] = [
    file("one/changed"),
    { path: at("one/removed"), absent: true },
    { path: at("one/nothing"), absent: true },
    file("one/made"),
    file("two/changed"),
    { path: at("two/to-link"), link: "changed" },
    file("two/to-file"),
    { path: at("two/link"), link: "to-file" },
    { path: at("two/made-link"), link: "../one/made" },
  ];
  return { base, replacements, at };
}

/** What stands at a path, in a word or two. */
export function look(path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return "nothing";
  return lstatSync(path).isSymbolicLink() ? `-> ${readlinkSync(path)}` : readFileSync(path, "utf8");
}

/** What `look` shall tell of a replacement's path when it is done. */
export function wanted(replacement: Replacement, base: string): string {
  if ("absent" in replacement) return "nothing";
  return "link" in replacement ? `-> ${replacement.link}` : `new ${replacement.path.slice(base.length + 1)}`;
}

export function failureOf(action: () => void): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Steps that need room on the disk, or may tell that there was none. */
export const spending = new Set([
  ...["openSync", "writeFileSync", "fchmodSync", "fchownSync", "futimesSync", "fsyncSync", "closeSync"],
  ...["linkSync", "symlinkSync"],
]);

/** Breaks the call with this number, from 1, of those that are counted. */
export function breaking(number: number, counts: (name: string) => boolean, code: string) {
  let calls = 0;
  const module = watched(
    () => undefined,
    (name) => (counts(name) && ++calls === number ? broken(code) : undefined),
  );
  return { files: new RealFiles(module), wasReached: () => calls >= number };
}
