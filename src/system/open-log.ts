import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { MailwrightError } from "../errors.ts";
import { codeOf } from "./file-errors.ts";

/** A log that is open for reading. */
export interface OpenLog {
  readonly descriptor: number;
  readonly inode: number;
  /** Bytes. */
  readonly size: number;
}

/** Opens a log; `undefined` where there is none. One that cannot be read ends with a `MailwrightError`, `NO_LOG`. */
export function openLog(path: string): OpenLog | undefined {
  let descriptor: number | undefined;
  try {
    // Nothing waits for whoever may write into a pipe.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const status = fstatSync(descriptor);
    if (!status.isFile())
      throw unreadable(path, status.isDirectory() ? "it is a folder" : "it is no regular file");
    return { descriptor, inode: status.ino, size: status.size };
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    const code = codeOf(error);
    if (code === "ENOENT") return undefined;
    if (code === undefined || error instanceof MailwrightError) throw error;
    throw unreadable(path, reasons[code] ?? code, error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ...{ EACCES: "permission denied", EPERM: "permission denied", ELOOP: "its links lead in a circle" },
  ...{
    ENOTDIR: "what should be its folder is a file",
    ENXIO: "it is no regular file",
    EIO: "the disk reports an error",
  },
};

function unreadable(path: string, reason: string, cause?: unknown): MailwrightError {
  return new MailwrightError(`${path} cannot be read: ${reason}`, {
    code: "NO_LOG",
    hint:
      reason === "permission denied"
        ? "logs are read by root and by members of the group adm"
        : "accepted: a log, as mail.log or mail.log.2.gz",
    cause,
  });
}
