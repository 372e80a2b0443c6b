import * as nodeFs from "node:fs";
import { basename, dirname, join } from "node:path";
import { MailwrightError } from "../errors.ts";
import type { FileAttributes, FileStatus, Files } from "./system.ts";

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
    return this.optional(() => this.fs.readFileSync(path));
  }

  readText(path: string): string | undefined {
    return this.optional(() => this.fs.readFileSync(path, "utf8"));
  }

  list(path: string): string[] {
    const names = this.optional(() => this.fs.readdirSync(path)) ?? [];
    return names.sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
  }

  status(path: string): FileStatus | undefined {
    const stat = this.optional(() => this.fs.lstatSync(path));
    if (stat === undefined) return undefined;
    const kind = stat.isFile()
      ? "file"
      : stat.isDirectory()
        ? "directory"
        : stat.isSymbolicLink()
          ? "link"
          : "other";
    return { kind, mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid, modified: stat.mtimeMs };
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
    const temporary = join(dirname(path), `${temporaryPrefix(path)}${process.pid}`);
    this.explained("write", path, () => {
      this.fs.rmSync(temporary, { force: true });
      const file = this.fs.openSync(temporary, "wx", 0o600);
      try {
        try {
          this.fs.writeFileSync(file, bytes);
          this.applyTo(file, attributes);
          const later = nextSecond(this.status(path)?.modified ?? 0);
          if (Date.now() < later) this.fs.futimesSync(file, later / 1000, later / 1000);
          this.fs.fsyncSync(file);
        } finally {
          this.fs.closeSync(file);
        }
        this.fs.renameSync(temporary, path);
      } catch (error) {
        this.fs.rmSync(temporary, { force: true });
        throw error;
      }
      this.syncFolder(dirname(path));
    });
  }

  setAttributes(path: string, attributes: FileAttributes): void {
    this.explained("change the mode or owner of", path, () => {
      const file = this.fs.openSync(path, this.fs.constants.O_RDONLY | this.fs.constants.O_NOFOLLOW);
      try {
        this.applyTo(file, attributes);
      } finally {
        this.fs.closeSync(file);
      }
    });
  }

  setModified(path: string, at: number): void {
    this.explained("change the time of", path, () => this.fs.utimesSync(path, at / 1000, at / 1000));
  }

  remove(path: string): void {
    if (this.status(path) === undefined) return;
    this.explained("remove", path, () => {
      this.fs.unlinkSync(path);
      this.syncFolder(dirname(path));
    });
  }

  removeLeftovers(path: string): void {
    const prefix = temporaryPrefix(path);
    for (const name of this.list(dirname(path))) {
      if (name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
        this.remove(join(dirname(path), name));
    }
  }

  makeFolder(path: string, mode: number): void {
    if (this.status(path) !== undefined) return;
    this.makeFolder(dirname(path), mode);
    this.explained("make the folder", path, () => {
      this.fs.mkdirSync(path, { mode });
      // The mode as it is asked for, whatever the umask of the administrator's shell.
      this.fs.chmodSync(path, mode);
      this.syncFolder(dirname(path));
    });
  }

  makeTemporaryFolder(): string {
    return this.fs.mkdtempSync(join(process.env["TMPDIR"] ?? "/tmp", "mailwright-"));
  }

  removeFolder(path: string): void {
    this.fs.rmSync(path, { recursive: true, force: true });
  }

  copyFolder(from: string, to: string, skip: (path: string) => boolean): void {
    this.fs.cpSync(from, to, {
      recursive: true,
      verbatimSymlinks: true,
      preserveTimestamps: true,
      filter: (path) => !skip(path),
    });
  }

  /** The owner first: a change of owner clears set-id bits, and a secret is never open to its old group. */
  private applyTo(file: number, { mode, uid, gid }: FileAttributes): void {
    if (uid !== undefined || gid !== undefined) {
      const now = this.fs.fstatSync(file);
      if (uid !== undefined && gid !== undefined && (now.uid !== uid || now.gid !== gid)) {
        this.fs.fchownSync(file, uid, gid);
      }
    }
    this.fs.fchmodSync(file, mode);
  }

  private syncFolder(path: string): void {
    const folder = this.fs.openSync(path, "r");
    try {
      this.fs.fsyncSync(folder);
    } finally {
      this.fs.closeSync(folder);
    }
  }

  private optional<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      if (absent.has(codeOf(error) ?? "")) return undefined;
      throw error;
    }
  }

  private explained(verb: string, path: string, action: () => void): void {
    try {
      action();
    } catch (cause) {
      const hint = hints[codeOf(cause) ?? ""];
      if (hint === undefined) throw cause;
      throw new MailwrightError(`cannot ${verb} ${path}: ${hint.reason}`, {
        code: "FILE",
        hint: hint.hint,
        cause,
      });
    }
  }
}

const hints: Readonly<Record<string, { reason: string; hint: string }>> = {
  EACCES: { reason: "permission denied", hint: "Run the command as root." },
  EPERM: { reason: "not permitted", hint: "Run the command as root; look for an immutable file (lsattr)." },
  EROFS: {
    reason: "the file system is read-only",
    hint: "Look why (dmesg), mount it read-write and signal the event again.",
  },
  ENOSPC: { reason: "the disk is full", hint: "Make room and signal the event again." },
  EDQUOT: { reason: "the disk quota is used up", hint: "Make room and signal the event again." },
  EISDIR: { reason: "it is a folder", hint: "Move it away and signal the event again." },
  ENOTDIR: {
    reason: "what should be its folder is a file",
    hint: "Move that away and signal the event again.",
  },
};

/** There is no such file: nothing, or a folder, or a file in the place of a folder. */
const absent: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "EISDIR"]);

/**
 * How the files that `write` makes beside a path begin; the process id follows. Names have at most 255 bytes, so
 * a long one gives only its beginning.
 */
function temporaryPrefix(path: string): string {
  return `.${Buffer.from(basename(path)).subarray(0, 200).toString("utf8")}.mailwright-`;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
