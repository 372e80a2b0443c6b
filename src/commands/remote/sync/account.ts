import { MailwrightError } from "../../../errors.ts";
import { isCopied, type SyncJob } from "../../../mail/sync-jobs.ts";
import type { Outcome, Processes } from "../../../system/system.ts";
import { asMailOwner } from "../../mail-owner.ts";
import type { Message } from "./merge.ts";
import { explainFailure, isUnfinished } from "./provider-failure.ts";

export interface Folder {
  readonly name: string;
  readonly guid: string;
  readonly messages: number;
}

/** Where a message is looked at: the user's mailbox, or the copy of the other account beside it. */
export type Side = "mailbox" | "mirror";

/** Below the user's home. */
const mirror = "maildir:~/imapsync/Maildir";

/** A folder that holds nothing but folders is an error to doveadm when it looks for a GUID. */
const noMessages = /Mailbox sync failed: Mailbox doesn't exist: /;

/**
 * Has Dovecot write into its lock files whose they are: one of a run that was killed is passed by at once, and not after
 * two minutes. The configuration of the mirror says the same.
 */
const namedLocks = ["-o", "dotlock_use_excl=no"] as const;

/** dsync makes a folder anew where the server counts its messages anew, or is another; of an INBOX it cannot. */
const inboxStays = /INBOX can't be deleted/;

/** Milliseconds for a server to say what it has. */
const connectTime = 180_000;

/** How often dsync runs when it says that it is not done yet. */
const attempts = 4;

type Row = Readonly<Record<string, string>>;

/** What Dovecot does for one job. Passwords are in the job's configuration and on no command line. */
export class Account {
  /**
   * @param configuration the job's file for doveadm.
   * @param lock a file that each doveadm holds locked, so that none works beside one that a killed run has left.
   * @param folder the mirror.
   */
  constructor(
    private readonly processes: Processes,
    private readonly job: SyncJob,
    private readonly configuration: string,
    private readonly lock: string,
    private readonly folder: string,
  ) {}

  /** The folders at the server that are to be copied; the first to tell that a login fails. */
  async remoteFolders(): Promise<Folder[]> {
    const words = ["-o", "mail_location=imapc:", "-f", "json", "mailbox", "status", "-u", this.job.user];
    const argv = ["doveadm", "-c", this.configuration, ...words, "messages", "*"] as const;
    const outcome = await this.locked(argv, connectTime);
    if (outcome.timedOut) throw this.failure({ ...outcome, stderr: "Error: timed out" });
    const rows = rowsOf(outcome.stdout);
    if (rows === undefined || rows.length === 0) throw this.failure(outcome);
    return rows.map(folderOf).filter(({ name }) => isCopied(this.job, name));
  }

  /** Makes the mirror equal to the account; whether it now is, and not only nearly. */
  async mirror(): Promise<boolean> {
    const { user, excluded, copiesTrash } = this.job;
    const masks = [...excluded, ...(copiesTrash ? [] : ["Trash", "Trash/*", "INBOX/Trash", "INBOX/Trash/*"])];
    const plain = masks.filter((mask) => !excluded.includes(mask) || !/[*?%\\]/.test(mask));
    const words = ["backup", "-R", "-u", user, ...plain.flatMap((mask) => ["-x", mask]), "imapc:"];
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.locked(["doveadm", "-c", this.configuration, ...words]);
      const { exit, stderr } = outcome;
      if (exit === 0 || (exit === 2 && !isUnfinished(stderr))) return true;
      if (inboxStays.test(stderr) && attempt < attempts) {
        await this.locked(asMailOwner("rm", "-rf", "--", this.folder));
        continue;
      }
      if (exit !== 2 && exit !== 75) throw this.failure(outcome);
      if (attempt === attempts) return false;
    }
  }

  async folders(side: Side): Promise<Folder[]> {
    const argv = [...this.doveadm(side), "mailbox", "status", "-u", this.job.user, "messages guid", "*"];
    // Folders that hold nothing but folders have no status, and doveadm says so.
    const { stdout } = await this.locked(["doveadm", ...argv]);
    return (rowsOf(stdout) ?? []).map(folderOf);
  }

  /** Messages by the GUID of their folder. */
  async messages(side: Side, folders: readonly Folder[]): Promise<ReadonlyMap<string, Message[]>> {
    const found = new Map<string, Message[]>();
    for (const { guid, messages } of folders) {
      if (messages === 0) continue;
      const fields = "uid guid flags hdr.message-id date.received.unixtime size.virtual";
      const argv = [...this.doveadm(side), "fetch", "-u", this.job.user, fields, "mailbox-guid", guid, "all"];
      const outcome = await this.locked(["doveadm", ...argv]);
      const rows = rowsOf(outcome.stdout);
      if (outcome.exit !== 0 || rows === undefined) throw this.failure(outcome);
      found.set(guid, rows.map(messageOf));
    }
    return found;
  }

  /** Makes a folder, and has clients show it. */
  async makeFolder(name: string): Promise<void> {
    await this.must("mailbox", "create", "-s", "-u", this.job.user, "--", name);
  }

  async removeFolder(name: string): Promise<void> {
    await this.must("mailbox", "delete", "-s", "-u", this.job.user, "--", name);
  }

  /** Copies messages of a folder of the mirror into the mailbox's of the same name; files are linked, not written again. */
  async copy(folderGuid: string, uids: string): Promise<void> {
    const query = ["mailbox-guid", folderGuid, "uid", uids];
    const outcome = await this.locked([
      "doveadm",
      ...namedLocks,
      "import",
      "-s",
      "-u",
      this.job.user,
      mirror,
      "",
      ...query,
    ]);
    const errors = outcome.stderr.split("\n").filter((line) => line.includes("Error:"));
    const isDone = outcome.exit === 0 || (errors.length > 0 && errors.every((line) => noMessages.test(line)));
    if (!isDone) throw this.failure(outcome);
  }

  async mark(verb: "add" | "remove", flags: string, folderGuid: string, uids: string): Promise<void> {
    await this.must("flags", verb, "-u", this.job.user, flags, "mailbox-guid", folderGuid, "uid", uids);
  }

  async remove(folderGuid: string, uids: string): Promise<void> {
    await this.must("expunge", "-u", this.job.user, "mailbox-guid", folderGuid, "uid", uids);
  }

  private doveadm(side: Side): string[] {
    return [...(side === "mirror" ? ["-c", this.configuration] : namedLocks), "-f", "json"];
  }

  private async must(...words: readonly string[]): Promise<void> {
    const outcome = await this.locked(["doveadm", ...namedLocks, ...words]);
    if (outcome.exit !== 0) throw this.failure(outcome);
  }

  private locked(argv: readonly [string, ...string[]], timeout?: number): Promise<Outcome> {
    const options = timeout === undefined ? {} : { timeout };
    return this.processes.run(["flock", "--wait", "3600", this.lock, ...argv], options);
  }

  private failure({ stderr, exit }: Outcome): MailwrightError {
    const { message, hint } = explainFailure(stderr, this.job.host, this.job.user);
    return new MailwrightError(message, {
      code: "SYNC",
      hint: exit === 127 ? "apt install dovecot-core" : hint,
    });
  }
}

function folderOf(row: Row): Folder {
  return { name: row["mailbox"] ?? "", guid: row["guid"] ?? "", messages: Number(row["messages"] ?? 0) };
}

function messageOf(row: Row): Message {
  const flags = (row["flags"] ?? "").split(" ").filter((flag) => flag !== "" && flag !== "\\Recent");
  return {
    uid: Number(row["uid"]),
    guid: row["guid"] ?? "",
    flags: flags.sort(),
    identity: [row["hdr.message-id"], row["date.received.unixtime"], row["size.virtual"]].join(" "),
  };
}

/** `undefined` where it is not JSON. */
function rowsOf(text: string): Row[] | undefined {
  try {
    const rows: unknown = JSON.parse(text || "[]");
    return Array.isArray(rows) ? rows : undefined;
  } catch {
    return undefined;
  }
}
