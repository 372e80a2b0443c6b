import { basename, dirname, join } from "node:path";
import type { FileSystemModule } from "./real-files.ts";
import type { FileAttributes } from "./system.ts";

/** How a new file is to be. */
interface NewFile {
  readonly bytes: Uint8Array;
  readonly attributes: FileAttributes;
  /** When it shall be modified, told when it is now; both in milliseconds since 1970. */
  readonly modified: (now: number) => number;
}

/** Makes a file where there is none; on return it is on the disk. No one else can read it before it is whole. */
export function makeFile(fs: FileSystemModule, path: string, { bytes, attributes, modified }: NewFile): void {
  const file = fs.openSync(path, "wx", 0o600);
  try {
    fs.writeFileSync(file, bytes);
    applyAttributes(fs, file, attributes);
    // As the file itself says: its clock is coarser than that of the process, and lags behind it.
    const now = fs.fstatSync(file).mtimeMs;
    const wanted = modified(now);
    if (wanted !== now) fs.futimesSync(file, wanted / 1000, wanted / 1000);
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

/** The owner first: a change of owner clears set-id bits, and a secret is never open to its old group. */
export function applyAttributes(
  fs: FileSystemModule,
  file: number,
  { mode, uid, gid }: FileAttributes,
): void {
  if (uid !== undefined && gid !== undefined) {
    const now = fs.fstatSync(file);
    if (now.uid !== uid || now.gid !== gid) fs.fchownSync(file, uid, gid);
  }
  fs.fchmodSync(file, mode);
}

/** On return the names in the folder are on the disk as they are now. */
export function syncFolder(fs: FileSystemModule, path: string): void {
  const folder = fs.openSync(path, "r");
  try {
    fs.fsyncSync(folder);
  } finally {
    fs.closeSync(folder);
  }
}

/** The name that a process gives to its temporary with this number beside a path; see `isTemporary`. */
export function temporaryName(path: string, number: number): string {
  const suffix = number === 0 ? `${process.pid}` : `${process.pid}-${number}`;
  return join(dirname(path), `${temporaryPrefix(path)}${suffix}`);
}

/** The prefix of a name that `temporaryName` gave, in whatever process; `undefined` for any other name. */
export function prefixOfTemporary(name: string): string | undefined {
  return /^(\..*\.mailwright-)\d+(-\d+)?$/s.exec(name)?.[1];
}

/** Names have at most 255 bytes, so a long one gives only its beginning; a number tells such temporaries apart. */
export function temporaryPrefix(path: string): string {
  return `.${Buffer.from(basename(path)).subarray(0, 200).toString("utf8")}.mailwright-`;
}
