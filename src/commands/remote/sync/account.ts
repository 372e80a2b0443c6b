import { MailwrightError } from "../../../errors.ts";
import type { SyncJob } from "../../../mail/sync-jobs.ts";
import type { Outcome, Processes } from "../../../system/system.ts";
import { asMailOwner } from "../../mail-owner.ts";
import { grouped, type Message } from "./merge.ts";
import { type Mirrored, mirrorAccount } from "./mirror.ts";
import { explainFailure } from "./provider-failure.ts";
import { masksOf, namesOf, type RemoteNames } from "./remote-names.ts";

export interface Folder {
  readonly name: string;
  readonly guid: string;
  readonly messages: number;
}

/** The account as its server tells of it. */
export interface Remote extends RemoteNames {
  /** How many, by the folder's name. */
  readonly messages: ReadonlyMap<string, number>;
}

/** Where a message is looked at: the user's mailbox, or the copy of the other account beside it. */
export type Side = "mailbox" | "mirror";

/** Below the user's home. */
const mirror = "maildir:~/imapsync/Maildir";

/** A folder that holds nothing but folders is an error to doveadm when it looks for a GUID, or for a status. */
const noMessages = /(?:Mailbox sync failed|Failed to lookup mailbox status): Mailbox doesn't exist: /;

/**
 * Has Dovecot write into its lock files whose they are: one of a run that was killed is passed by at once, and not after
 * two minutes. The configuration of the mirror says the same.
 */
const namedLocks = ["-o", "dotlock_use_excl=no"] as const;

/** Folders that one process tells of. */
const together = 50;

/** Milliseconds for a server to say what it has. */
const connectTime = 180_000;

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
    private readonly sleep: (milliseconds: number) => Promise<void>,
  ) {}

  /**
   * The folders at the server, those too that are not copied; the first to tell that a login fails. `belowInbox`: what
   * an earlier run has found.
   */
  async remote(belowInbox: boolean | undefined): Promise<Remote> {
    const words = ["-o", "mail_location=imapc:", "-f", "json", "mailbox", "status", "-u", this.job.user];
    const argv = ["doveadm", "-c", this.configuration, ...words, "messages", "*"] as const;
    const outcome = await this.locked(argv, connectTime);
    if (outcome.timedOut) throw this.failure({ ...outcome, stderr: "Error: timed out" });
    const folders = rowsOf(outcome.stdout)?.map(folderOf);
    if (folders === undefined || folders.length === 0) throw this.failure(outcome);
    const names = namesOf(
      folders.map(({ name }) => name),
      belowInbox,
    );
    const messages = new Map(names.names.map((name, at) => [name, folders[at]?.messages ?? 0]));
    return { ...names, messages };
  }

  /** Makes the mirror equal to the account; `count` tells how many messages it has. */
  mirror(remote: Remote, count: () => number): Promise<Mirrored> {
    const masks = masksOf(this.job, remote);
    const settings = [
      `dsync_alt_char=${remote.sign}`,
      ...(remote.belowInbox ? ["imapc_list_prefix=INBOX"] : []),
    ];
    const options = ["-c", this.configuration, ...settings.flatMap((setting) => ["-o", setting])];
    return mirrorAccount({
      dsync: (without) => {
        const left = [...masks, ...without].flatMap((mask) => ["-x", mask]);
        return this.locked(["doveadm", ...options, "backup", "-R", "-u", this.job.user, ...left, "imapc:"]);
      },
      count,
      removeMirror: async () => {
        await this.locked(asMailOwner("rm", "-rf", "--", this.folder));
      },
      sleep: this.sleep,
    });
  }

  /** The GUID of the user's INBOX; the first to tell that there is no such user. */
  async inbox(): Promise<string> {
    const argv = [...this.doveadm("mailbox"), "mailbox", "status", "-u", this.job.user, "guid", "INBOX"];
    const outcome = await this.locked(["doveadm", ...argv]);
    const guid = rowsOf(outcome.stdout)?.[0]?.["guid"];
    if (outcome.exit !== 0 || guid === undefined) throw this.failure(outcome);
    return guid;
  }

  /** All folders or none: one that cannot be read would seem to be gone. */
  async folders(side: Side): Promise<Folder[]> {
    const argv = [...this.doveadm(side), "mailbox", "status", "-u", this.job.user, "messages guid", "*"];
    const outcome = await this.locked(["doveadm", ...argv]);
    const rows = rowsOf(outcome.stdout);
    if (rows === undefined || !isDone(outcome)) throw this.failure(outcome);
    return rows.map(folderOf);
  }

  /** Messages by the GUID of their folder; a process for many folders, for each takes its time to begin. */
  async messages(side: Side, folders: readonly Folder[]): Promise<ReadonlyMap<string, Message[]>> {
    const filled = folders.filter(({ messages }) => messages > 0).map(({ guid }) => guid);
    const found = new Map<string, Message[]>();
    for (let at = 0; at < filled.length; at += together) {
      const guids = filled.slice(at, at + together).flatMap((guid) => ["OR", "mailbox-guid", guid]);
      const fields = "mailbox-guid uid guid flags hdr.message-id date.received.unixtime size.virtual";
      const query = ["(", ...guids.slice(1), ")", "all"];
      const argv = [...this.doveadm(side), "fetch", "-u", this.job.user, fields, ...query];
      const outcome = await this.locked(["doveadm", ...argv]);
      const rows = rowsOf(outcome.stdout);
      if (outcome.exit !== 0 || rows === undefined) throw this.failure(outcome);
      for (const [guid, some] of grouped(rows, (row) => row["mailbox-guid"] ?? ""))
        found.set(guid, some.map(messageOf));
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
    if (!isDone(outcome)) throw this.failure(outcome);
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

  /** All that it prints is kept: what is told of a large folder is long. */
  private async locked(argv: readonly [string, ...string[]], timeout?: number): Promise<Outcome> {
    const pieces: Uint8Array[] = [];
    const onBytes = (piece: Uint8Array): void => {
      pieces.push(piece);
    };
    const options = { onBytes, ...(timeout === undefined ? {} : { timeout }) };
    const outcome = await this.processes.run(["flock", "--wait", "3600", this.lock, ...argv], options);
    return { ...outcome, stdout: Buffer.concat(pieces).toString("utf8") };
  }

  private failure({ stderr, exit }: Outcome): MailwrightError {
    const { message, hint } = explainFailure(stderr, this.job.host, this.job.user);
    return new MailwrightError(message, {
      code: "SYNC",
      hint: exit === 127 ? "apt install dovecot-core" : hint,
    });
  }
}

/** Whether nothing failed but what is no failure. */
function isDone({ exit, stderr }: Outcome): boolean {
  const errors = stderr.split("\n").filter((line) => /(?:Error|Fatal|Panic):/.test(line));
  return exit === 0 || (errors.length > 0 && errors.every((line) => noMessages.test(line)));
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
