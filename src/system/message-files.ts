import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { codeOf } from "./file-errors.ts";

/** A file's bytes, its being a folder, or why it cannot be read, as words that follow its name. */
export type FileContent =
  | { readonly kind: "file"; readonly bytes: Uint8Array }
  | { readonly kind: "folder" }
  | { readonly kind: "unreadable"; readonly isThere: boolean; readonly reason: string };

/** Reads what an administrator names. Links are followed; nothing waits for whoever may write into a pipe. */
export function readContent(path: string): FileContent {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const status = fstatSync(file);
    if (status.isDirectory()) return { kind: "folder" };
    if (status.isFile()) return { kind: "file", bytes: readFileSync(file) };
    return { kind: "unreadable", isThere: true, reason: "it is no regular file" };
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    const isThere = code !== "ENOENT" && code !== "ENOTDIR";
    return { kind: "unreadable", isThere, reason: reasons[code] ?? `it cannot be read (${code})` };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "permission denied; run the command as root",
  EPERM: "permission denied; run the command as root",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its name is too long",
  EIO: "the disk reports an error",
  ENXIO: "it is no regular file",
};
