import { join } from "node:path";
import type { Files } from "../../../system/system.ts";
import type { Class } from "./controller.ts";

/** Where /etc/dovecot/sieve-pipe/train-filter puts what users moved: `new` has whole messages, `part` those at work. */
const spool = "/var/spool/mailwright-training";

/** A message that waits, and when it was moved, in milliseconds since 1970. */
export interface Waiting {
  readonly path: string;
  readonly as: Class;
  readonly since: number;
}

/** All that wait, in the order in which they were moved: of one that went in and out, the last word counts. */
export function waiting(files: Pick<Files, "list" | "status">): Waiting[] {
  const folder = join(spool, "new");
  const found = files.list(folder).flatMap((name) => {
    const path = join(folder, name);
    const as = /^(spam|ham)\./.exec(name)?.[1];
    const status = files.status(path);
    // The folder is the mail owner's, and what reads it is root: no link of theirs is followed.
    if (status?.kind !== "file" || (as !== "spam" && as !== "ham")) return [];
    return [{ path, as, since: status.modified } satisfies Waiting];
  });
  return found.sort((left, right) => left.since - right.since);
}

/** Removes what was cut off while it was written, an hour ago or more. */
export function removeCutOff(files: Files, now: number): void {
  const folder = join(spool, "part");
  for (const path of files.list(folder).map((name) => join(folder, name))) {
    const status = files.status(path);
    if (status !== undefined && status.modified < now - 3_600_000) files.remove(path);
  }
}
