import { join } from "node:path";
import type { SyncJob } from "../../../mail/sync-jobs.ts";
import type { Files } from "../../../system/system.ts";
import type { CommandContext } from "../../context.ts";

/** How many messages the mirror of an account holds, by its files: a run that is at work holds its indexes. */
export function countMirrored({ paths }: CommandContext, files: Files, { user }: SyncJob): number {
  const mirror = paths.target(join("/var/lib/nethserver/vmail", user, "imapsync/Maildir"));
  const folders = ["", ...files.list(mirror).filter((name) => name.startsWith("."))];
  return folders
    .flatMap((folder) => [join(mirror, folder, "cur"), join(mirror, folder, "new")])
    .reduce((sum, folder) => sum + files.list(folder).length, 0);
}
