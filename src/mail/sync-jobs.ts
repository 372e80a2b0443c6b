import { accountName } from "../catalogue/account-name.ts";
import type { RuleRecord } from "../catalogue/entry.ts";
import { listItems } from "../catalogue/notation.ts";
import { appliedMark } from "./applied-mark.ts";
import { fileName } from "./file-name.ts";
import type { Settings } from "./settings.ts";

/** A mailbox at another IMAP server that is copied into a user's. */
export interface SyncJob {
  /** Of the record. */
  readonly key: string;
  /** The login name of the user here. */
  readonly user: string;
  /** The name of its configuration, and of what is noted of its runs. */
  readonly file: string;
  /** Empty: not said yet. */
  readonly host: string;
  readonly port: string;
  /** As Dovecot's `imapc_ssl` has it. */
  readonly encryption: "starttls" | "imaps" | "no";
  readonly username: string;
  readonly password: string;
  /** Whether what was copied, and is gone there, is removed here. */
  readonly deletes: boolean;
  /** Full names here of folders that are not copied, with `/` between levels. */
  readonly excluded: readonly string[];
  readonly copiesTrash: boolean;
  /** Hours between two copies; 0: no timer. */
  readonly hours: number;
  /** Of all settings of the job. */
  readonly mark: string;
}

/** The jobs that can run: they know whom to ask, and as whom. */
interface SyncJobs extends Readonly<Record<string, unknown>> {
  readonly jobs: readonly SyncJob[];
  /** Whether one of them runs by the clock. */
  readonly isTimed: boolean;
}

export function syncJobs(settings: Settings): SyncJobs {
  const jobs = allSyncJobs(settings).filter(({ host, username }) => host !== "" && username !== "");
  return { jobs, isTimed: jobs.some(({ hours }) => hours > 0) };
}

/** All jobs, in the order of their keys; of two for one user the first counts. */
export function allSyncJobs(settings: Settings): SyncJob[] {
  const jobs = [...settings.records("imapsync")].filter(({ type }) => type === "imapsync").map(jobOf);
  return jobs.filter(({ user }, index) => jobs.findIndex((other) => other.user === user) === index);
}

/** The name of what is kept of the job whose record has this key. */
export function syncJobFile(key: string): string {
  return fileName(accountName(key));
}

const encryptions: Readonly<Record<string, SyncJob["encryption"]>> = { ssl: "imaps", no: "no" };

const markedProperties = [
  ...["hostname", "Port", "Security", "username", "Password", "DeleteDestination", "Exclude", "TrashSync"],
  ...["status", "Time"],
] as const;

function jobOf({ key, prop }: RuleRecord): SyncJob {
  const user = accountName(key);
  const values = markedProperties.map((name) => prop(name));
  return {
    key,
    user,
    mark: appliedMark([user, ...values]),
    file: fileName(user),
    host: prop("hostname"),
    port: prop("Port"),
    encryption: encryptions[prop("Security")] ?? "starttls",
    username: prop("username"),
    password: prop("Password"),
    deletes: prop("DeleteDestination") === "enabled",
    excluded: listItems(prop("Exclude")),
    copiesTrash: prop("TrashSync") === "enabled",
    hours: prop("status") === "enabled" ? Number(prop("Time")) : 0,
  };
}

/** Below these names are the mailboxes of others, of the server that is copied as of this one. */
export function isOfOthers(folder: string): boolean {
  return /^(?:Public|Shared)(?:\/|$)/.test(folder);
}

/** Whether a folder, with `/` between its levels, is copied: what is left out is so with all that is below it, but for INBOX. */
export function isCopied(job: Pick<SyncJob, "excluded" | "copiesTrash">, folder: string): boolean {
  const isLeftOut = (one: string): boolean =>
    one.toUpperCase() === "INBOX"
      ? folder.toUpperCase() === "INBOX"
      : folder === one || folder.startsWith(`${one}/`);
  if (isOfOthers(folder) || job.excluded.some(isLeftOut)) return false;
  return job.copiesTrash || !/^(?:INBOX\/)?Trash(?:\/|$)/i.test(folder);
}
