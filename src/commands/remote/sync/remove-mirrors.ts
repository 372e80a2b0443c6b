import { join } from "node:path";
import { ExitCode } from "../../../exit-codes.ts";
import { allSyncJobs, syncJobFile } from "../../../mail/sync-jobs.ts";
import { realSystem } from "../../../system/real-system.ts";
import type { Handler } from "../../command.ts";
import { Homes } from "../../homes.ts";
import { openSettings } from "../../open-settings.ts";
import { JobNotes, noteFolder } from "./notes.ts";

/**
 * Removes what jobs that are no more have left: the mirrors, which hold messages that users have deleted since, and how
 * the last run went. What was copied for a user who is there stays known, so that a new job does not bring back what
 * was deleted. What a run is at work on is left to the next event.
 */
export const removeMirrors: Handler = async (context) => {
  const { paths } = context;
  const { files, processes } = realSystem(paths.root, "none");
  const jobs = await openSettings(context, allSyncJobs);
  const kept = new Set(jobs.map(({ file }) => file));
  const homes = new Homes(files, processes);
  const users = new Map(homes.users().map((user) => [syncJobFile(user), user]));
  const isAtWork = (file: string): Promise<boolean> => new JobNotes(files, paths, file).isRunning();
  const removed: string[] = [];
  for (const [file, user] of users) {
    const folder = join(homes.path(user), "imapsync");
    if (kept.has(file) || files.status(folder) === undefined || (await isAtWork(file))) continue;
    await homes.remove(folder);
    removed.push(user);
  }
  for (const name of files.list(noteFolder(paths))) {
    const [, file = "", kind] =
      /^(.*)\.(known\.json|run\.json|lock|lock\.holder|work|stop)$/.exec(name) ?? [];
    const isNeeded = kept.has(file) || (kind === "known.json" && users.has(file));
    if (file !== "" && !isNeeded && !(await isAtWork(file))) files.remove(join(noteFolder(paths), name));
  }
  return { exit: ExitCode.done, text: removed.map((user) => `the mirror of ${user} is removed\n`).join("") };
};
