import { join } from "node:path";
import type { SyncJob } from "../../../mail/sync-jobs.ts";
import type { Paths } from "../../../paths.ts";
import type { Files } from "../../../system/system.ts";

/** Where the mirror of a user's account lies, as the job's configuration says to Dovecot. */
export function mirrorFolder(paths: Paths, user: string): string {
  return paths.target(join("/var/lib/nethserver/vmail", user, "imapsync/Maildir"));
}

/** How many messages the mirror of an account holds, by its files: a run that is at work holds its indexes. */
export function countMirrored(paths: Paths, files: Files, { user }: SyncJob): number {
  const mirror = mirrorFolder(paths, user);
  const folders = ["", ...files.list(mirror).filter((name) => name.startsWith("."))];
  return folders
    .flatMap((folder) => [join(mirror, folder, "cur"), join(mirror, folder, "new")])
    .reduce((sum, folder) => sum + files.list(folder).length, 0);
}
