import { MailwrightError } from "../errors.ts";

/** Does a step with a file; a failure that an administrator can mend is told as `cannot VERB PATH: REASON`. */
export function explained<T>(verb: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    const known = hints[codeOf(cause) ?? ""];
    if (known === undefined) throw cause;
    const { reason, hint } = known;
    throw new MailwrightError(`cannot ${verb} ${path}: ${reason}`, { code: "FILE", hint, cause });
  }
}

/** What the action returns; `undefined` where there is no such file. */
export function optional<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (absent.has(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}

/** The errno(3) name of a system call's failure. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** There is no such file: nothing, or a folder, or a file in the place of a folder. */
const absent: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "EISDIR"]);

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
  EBUSY: {
    reason: "something is mounted on it",
    hint: "Mount its folder instead of the file, or unmount it (findmnt), and signal the event again.",
  },
  EIO: {
    reason: "the disk reports an error",
    hint: "Look for its cause (dmesg), mend it and signal the event again.",
  },
};
