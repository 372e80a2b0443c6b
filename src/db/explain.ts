import { MailwrightError } from "../errors.ts";

/** How long a writer waits for the others, in milliseconds. */
export const busyTimeout = 120_000;

type Reason = readonly [what: string, hint: string];

const forbidden: Reason = ["may not be opened", "Run the command as root."];
const readOnly: Reason = [
  "cannot be written",
  "Run the command as root; look whether the file system is read-only.",
];
const full: Reason = ["cannot grow: the disk is full", "Make room and try again; nothing was stored."];
const busy: Reason = ["is kept busy by another process", `Waited ${busyTimeout / 1000} s. Try again.`];
const damaged: Reason = ["is damaged", "Restore it from a backup; sqlite3 PATH .recover may help."];
const noFolder: Reason = [
  "cannot be there: a part of its path is no folder",
  "Look at --root and MAILWRIGHT_ROOT.",
];

/**
 * By the primary result codes of sqlite3(3): PERM, BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB; before
 * them by the extended one IOERR_SHMSIZE, with which it tells that there is no room for the file beside the database.
 */
const bySqlite: Readonly<Record<number, Reason>> = {
  3: forbidden,
  5: busy,
  6: busy,
  8: readOnly,
  10: ["cannot be read or written: the disk fails", "Look at the kernel's log: dmesg."],
  11: damaged,
  13: full,
  14: forbidden,
  26: damaged,
  4874: full,
};

const byFileSystem: Readonly<Record<string, Reason>> = {
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: readOnly,
  ENOSPC: full,
  EDQUOT: full,
  ENOTDIR: noFolder,
  EEXIST: noFolder,
  ELOOP: noFolder,
};

/** Says in an administrator's words why SQLite or the file system refused; anything else is given back as it is. */
export function explain(cause: unknown, path: string): unknown {
  if (cause instanceof MailwrightError || !(cause instanceof Error)) return cause;
  const reason = "errcode" in cause ? sqliteReason(Number(cause.errcode)) : byFileSystem[codeOf(cause)];
  if (reason === undefined) return cause;
  const [what, hint] = reason;
  return new MailwrightError(`the database ${path} ${what}`, { code: "DATABASE", hint, cause });
}

const sqliteReason = (code: number): Reason | undefined => bySqlite[code] ?? bySqlite[code & 0xff];

/** The name of a file system's error, such as `ENOENT`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
