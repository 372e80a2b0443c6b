import { MailwrightError } from "../../../errors.ts";
import type { Settings } from "../../../mail/settings.ts";
import { allSyncJobs, type SyncJob } from "../../../mail/sync-jobs.ts";
import { existingRecord } from "../../people/find-record.ts";
import { syncFamily } from "./sync-family.ts";

/** The job that a user's name stands for. */
export function jobOf(settings: Settings, name: string): SyncJob {
  const { key } = existingRecord(settings, syncFamily, name);
  const job = allSyncJobs(settings).find((one) => one.key === key);
  if (job !== undefined) return job;
  throw new MailwrightError(`${key} is the second job of one mailbox, and never runs`, {
    code: "SYNC",
    hint: `remove one of the two: mailwright sync list; mailwright sync delete ${key}`,
  });
}
