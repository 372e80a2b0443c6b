import { isAbsolute, join } from "node:path";
import type { Files } from "./system.ts";

/** How the name of a temporary folder begins; mkdtemp(3) adds six letters. */
export const temporaryFolderPrefix = (pid: number): string => `mailwright-${pid}-`;

/** Where temporary folders are made. A relative TMPDIR would be another folder for each program that is told of it. */
export function temporaryBase(): string {
  const given = process.env["TMPDIR"] ?? "";
  return isAbsolute(given) ? given : "/tmp";
}

/**
 * Removes the temporary folders below `base` that processes of this user left when they were killed. Others' are
 * left alone, for anyone may make a folder of such a name in /tmp.
 */
export function removeAbandoned(files: Files, base: string): void {
  // Where proc(5) does not tell of this process, it does not tell which others have ended.
  if (files.status(`/proc/${process.pid}`) === undefined) return;
  for (const name of files.list(base)) {
    const pid = /^mailwright-(\d+)-[A-Za-z0-9]{6}$/.exec(name)?.[1];
    if (pid === undefined || files.status(`/proc/${pid}`) !== undefined) continue;
    const status = files.status(join(base, name));
    if (status?.kind !== "directory" || status.uid !== process.geteuid?.()) continue;
    try {
      files.removeFolder(join(base, name));
    } catch {
      // Another process may be removing it too; what stays is tried again the next time.
    }
  }
}
