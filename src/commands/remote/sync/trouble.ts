import { MailwrightError } from "../../../errors.ts";
import { harmless } from "../../../format/harmless.ts";
import type { SyncJob } from "../../../mail/sync-jobs.ts";
import type { Loss } from "./loss.ts";
import type { Mirrored, Stuck } from "./mirror.ts";
import { explainFailure } from "./provider-failure.ts";

/** What kept a run from doing all, though it has copied what it could; `undefined`: nothing did. */
export function troubleOf(
  job: SyncJob,
  { isWhole, stuck, failure }: Mirrored,
  spared: Loss | undefined,
): MailwrightError | undefined {
  const { host, user } = job;
  const told = (message: string, hint: string) => new MailwrightError(message, { code: "SYNC", hint });
  if (failure !== undefined) {
    const { message, hint } =
      failure.exit === 2
        ? { message: "the account changed while it was copied", hint: "Run it again: it goes on from here." }
        : explainFailure(failure, host, user);
    return told(message, hint);
  }
  if (!isWhole)
    return told(
      `${host} does not give all: ${stuck.map(placeOf).join("; ")}`,
      "All other folders are copied. Have it mended there, or delete the message there, then run it again; " +
        `or leave the folder out: mailwright sync modify ${user} --exclude FOLDER`,
    );
  if (spared !== undefined)
    return told(
      `${spared.lost} of ${spared.copied} messages that were copied are gone at ${host}: none was removed here`,
      `If they are to go: mailwright sync run ${user} --force\nIf not, keep all: mailwright sync modify ${user} --keep-destination`,
    );
  return undefined;
}

function placeOf({ folder, uid }: Stuck): string {
  const name = harmless(folder);
  return uid === undefined
    ? `folder ${name} cannot be opened`
    : `folder ${name}, message with UID ${uid}; what is behind it waits`;
}
