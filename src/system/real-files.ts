import * as nodeFs from "node:fs";
import { dirname, join } from "node:path";
import { byBytes } from "./byte-order.ts";
import { explained, optional } from "./file-errors.ts";
import { applyAttributes, prefixOfTemporary, syncFolder, temporaryPrefix } from "./new-files.ts";
import { replaceFiles } from "./replace-files.ts";
import type { FileAttributes, FileStatus, Files, Replacement } from "./system.ts";
import { removeAbandoned, temporaryBase, temporaryFolderPrefix } from "./temporary-folders.ts";

/** The part of `node:fs` that is used, so that a test can hand in another file system. */
export type FileSystemModule = typeof nodeFs;

/** The first moment of the second after a time, both in milliseconds. */
export function nextSecond(time: number): number {
  return (Math.floor(time / 1000) + 1) * 1000;
}

/** Files of this machine. */
export class RealFiles implements Files {
  constructor(private readonly fs: FileSystemModule = nodeFs) {}

  read(path: string): Uint8Array | undefined {
    return optional(() => this.fs.readFileSync(path));
  }

  readText(path: string): string | undefined {
    return optional(() => this.fs.readFileSync(path, "utf8"));
  }

  list(path: string): string[] {
    const names = optional(() => this.fs.readdirSync(path)) ?? [];
    return names.sort(byBytes);
  }

  status(path: string): FileStatus | undefined {
    const stat = optional(() => this.fs.lstatSync(path));
    if (stat === undefined) return undefined;
    const kind = stat.isFile()
      ? "file"
      : stat.isDirectory()
        ? "directory"
        : stat.isSymbolicLink()
          ? "link"
          : "other";
    const link = kind === "link" ? optional(() => this.fs.readlinkSync(path)) : undefined;
    const { uid, gid, mtimeMs: modified } = stat;
    return { kind, mode: stat.mode & 0o7777, uid, gid, modified, ...(link === undefined ? {} : { link }) };
  }

  isExecutable(path: string): boolean {
    try {
      this.fs.accessSync(path, this.fs.constants.X_OK);
      return true;
    } catch {
      return false;
    }
  }

  write(path: string, bytes: Uint8Array, attributes: FileAttributes): void {
    this.replaceAll([{ path, bytes, attributes }]);
  }

  replaceAll(replacements: readonly Replacement[]): void {
    replaceFiles(this.fs, replacements, nextSecond);
  }

  setAttributes(path: string, attributes: FileAttributes): void {
    explained("change the mode or owner of", path, () => {
      const file = this.fs.openSync(path, this.fs.constants.O_RDONLY | this.fs.constants.O_NOFOLLOW);
      try {
        applyAttributes(this.fs, file, attributes);
      } finally {
        this.fs.closeSync(file);
      }
    });
  }

  setModified(path: string, at: number): void {
    explained("change the time of", path, () => this.fs.utimesSync(path, at / 1000, at / 1000));
  }

  remove(path: string): void {
    if (this.status(path) === undefined) return;
    explained("remove", path, () => {
      this.fs.unlinkSync(path);
      syncFolder(this.fs, dirname(path));
    });
  }

  removeLeftovers(paths: readonly string[]): void {
    const folders = new Map<string, Set<string>>();
    for (const path of paths) {
      const own = folders.get(dirname(path)) ?? new Set();
      folders.set(dirname(path), own.add(temporaryPrefix(path)));
    }
    for (const [folder, prefixes] of folders) {
      for (const name of optional(() => this.fs.readdirSync(folder)) ?? []) {
        const prefix = prefixOfTemporary(name);
        if (prefix !== undefined && prefixes.has(prefix)) this.remove(join(folder, name));
      }
    }
  }

  makeFolder(path: string, mode: number): void {
    if (this.status(path) !== undefined) return;
    this.makeFolder(dirname(path), mode);
    explained("make the folder", path, () => {
      this.fs.mkdirSync(path, { mode });
      // The mode as it is asked for, whatever the umask of the administrator's shell.
      this.fs.chmodSync(path, mode);
      syncFolder(this.fs, dirname(path));
    });
  }

  makeTemporaryFolder(): string {
    const base = temporaryBase();
    removeAbandoned(this, base);
    return explained("make a folder below", base, () =>
      this.fs.mkdtempSync(join(base, temporaryFolderPrefix(process.pid))),
    );
  }

  removeFolder(path: string): void {
    this.fs.rmSync(path, { recursive: true, force: true });
  }

  copyFolder(from: string, to: string, skip: (path: string) => boolean): void {
    explained("copy", `${from} to ${to}`, () =>
      this.fs.cpSync(from, to, {
        recursive: true,
        verbatimSymlinks: true,
        preserveTimestamps: true,
        filter: (path) => !skip(path),
      }),
    );
  }
}
