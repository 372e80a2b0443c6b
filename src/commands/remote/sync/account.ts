import { MailwrightError } from "../../../errors.ts";
import { harmless } from "../../../format/harmless.ts";
import type { SyncJob } from "../../../mail/sync-jobs.ts";
import { keptBytes } from "../../../system/kept-bytes.ts";
import type { Outcome, Processes, RunOptions } from "../../../system/system.ts";
import { asMailOwner } from "../../mail-owner.ts";
import { type Folder, folderOf, isDone, messageOf, rowsOf, unreadOf } from "./doveadm-rows.ts";
import { grouped, type Message } from "./merge.ts";
import { type Mirrored, mirrorAccount } from "./mirror.ts";
import { explainFailure, isBrokenOff } from "./provider-failure.ts";
import { masksOf, type Naming, namesOf, type RemoteNames } from "./remote-names.ts";

/** The account as its server tells of it. */
export interface Remote extends RemoteNames {
  /** How many, by the name of each folder that can have any. */
  readonly messages: ReadonlyMap<string, number>;
  /** Names by what Dovecot calls the folder at the server. */
  readonly byShown: ReadonlyMap<string, string>;
}

/** Where a message is looked at: the user's mailbox, or the copy of the other account beside it. */
export type Side = "mailbox" | "mirror";

/** Below the user's home. */
const mirror = "maildir:~/imapsync/Maildir";

/**
 * Has Dovecot write into its lock files whose they are: one of a run that was killed is passed by at once, and not after
 * two minutes. The configuration of the mirror says the same.
 */
const namedLocks = ["-o", "dotlock_use_excl=no"] as const;

/** Folders that one process tells of. */
const together = 50;

/** Milliseconds for a server to say what folders it has, and for what it says of each. */
const connectTime = 180_000;
const folderTime = 1000;

/** Milliseconds for it to say how large all messages are; without, the room on the disk is watched alone. */
const sizeTime = 600_000;

/** What Dovecot does for one job. Passwords are in the job's configuration and on no command line. */
export class Account {
  /**
   * @param configuration the job's file for doveadm.
   * @param lock a file that each doveadm holds locked, so that none works beside one that a killed run has left.
   * @param folder the mirror.
   * @param signal aborts what Dovecot does, but for what it is writing, with the error that is thrown then.
   */
  constructor(
    private readonly processes: Processes,
    private readonly job: SyncJob,
    private readonly configuration: string,
    private readonly lock: string,
    private readonly folder: string,
    private readonly sleep: (milliseconds: number) => Promise<void>,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * The folders at the server, those too that are not copied; the first to tell that a login fails. `earlier`: what
   * an earlier run has found.
   */
  async remote(earlier: Naming): Promise<Remote> {
    // One answer, which is whole or none: a name that is missing would have others made in another way.
    const list = await this.ask(["list", "-u", this.job.user], connectTime);
    const shown = rowsOf(list.stdout)?.map((row) => folderOf(row).name);
    if (shown === undefined || shown.length === 0 || list.exit !== 0) throw this.failure(list);
    const limit = connectTime + folderTime * shown.length;
    const status = await this.ask(["status", "-u", this.job.user, "messages", "*"], limit);
    const rows = rowsOf(status.stdout);
    if (rows === undefined || (status.exit !== 0 && isBrokenOff(status.stderr))) throw this.failure(status);
    const counts = new Map(rows.map(folderOf).map(({ name, messages }) => [name, messages]));
    const names = namesOf(shown, earlier);
    const messages = names.names.flatMap((name, at) => {
      const count = counts.get(shown[at] ?? "");
      return count === undefined ? [] : [[name, count] as const];
    });
    const byShown = new Map(shown.map((name, at) => [name, names.names[at] ?? name]));
    return { ...names, byShown, messages: new Map(messages) };
  }

  /** Bytes of what is to be copied; `undefined` where the server does not tell soon. */
  async size({ byShown }: Remote, isTaken: (name: string) => boolean): Promise<number | undefined> {
    const { stdout, timedOut } = await this.ask(["status", "-u", this.job.user, "vsize", "*"], sizeTime);
    if (timedOut) return undefined;
    const taken = rowsOf(stdout)?.filter((row) => isTaken(byShown.get(row["mailbox"] ?? "") ?? ""));
    return taken?.reduce((sum, row) => sum + Number(row["vsize"] ?? 0), 0);
  }

  /** Bytes that the mailbox may have; `undefined`: it has no limit. */
  async quota(): Promise<number | undefined> {
    const argv = [...this.doveadm("mailbox"), "quota", "get", "-u", this.job.user];
    const { stdout } = await this.locked(["doveadm", ...argv]);
    const limits = (rowsOf(stdout) ?? []).filter((row) => row["type"] === "STORAGE");
    const kilobytes = limits.map((row) => Number(row["limit"])).filter((limit) => limit > 0);
    return kilobytes.length === 0 ? undefined : Math.min(...kilobytes) * 1024;
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
        const argv = ["doveadm", ...options, "backup", "-R", "-u", this.job.user, ...left, "imapc:"] as const;
        return this.locked(argv, { abort: this.signal });
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
    const folders = rows.map(folderOf);
    if (side === "mirror") await this.refuseUnread(folders);
    return folders;
  }

  private async refuseUnread(folders: readonly Folder[]): Promise<void> {
    const argv = [...this.doveadm("mirror"), "mailbox", "list", "-u", this.job.user];
    const outcome = await this.locked(["doveadm", ...argv]);
    const rows = rowsOf(outcome.stdout);
    if (rows === undefined || !isDone(outcome)) throw this.failure(outcome);
    const unread = unreadOf(rows.map(folderOf), folders);
    if (unread === undefined) return;
    throw new MailwrightError(
      `the folder ${harmless(unread.name)} of the copy of the account cannot be read`,
      {
        code: "SYNC",
        hint: `see the rights of what is in ${this.folder}`,
      },
    );
  }

  /**
   * Messages by the GUID of their folder; a process for many folders, for each takes its time to begin. Folders are opened, those too
   * that have none by their status: that may be of the second before a copy was killed.
   */
  async messages(side: Side, folders: readonly Folder[]): Promise<ReadonlyMap<string, Message[]>> {
    const found = new Map<string, Message[]>();
    for (let at = 0; at < folders.length; at += together) {
      const guids = folders.slice(at, at + together).flatMap(({ guid }) => ["OR", "mailbox-guid", guid]);
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

  async renameFolder(from: string, to: string): Promise<void> {
    await this.must("mailbox", "rename", "-s", "-u", this.job.user, "--", from, to);
  }

  /** Removes a folder, unless there is something in it by now. */
  async removeFolder(name: string): Promise<void> {
    const argv = ["mailbox", "delete", "-e", "-u", this.job.user, "--", name];
    const outcome = await this.locked(["doveadm", ...namedLocks, ...argv]);
    if (/Mailbox isn't empty/.test(outcome.stderr)) return;
    if (outcome.exit !== 0) throw this.failure(outcome);
    // Not by the same command, which does so where it deletes nothing, too.
    await this.must("mailbox", "unsubscribe", "-u", this.job.user, "--", name);
  }

  /** Copies messages of a folder of the mirror into the mailbox's of the same name; files are linked, not written again. */
  async copy(folderGuid: string, uids: string): Promise<void> {
    const from = ["-s", "-u", this.job.user, mirror, "", "mailbox-guid", folderGuid, "uid", uids];
    const outcome = await this.locked(["doveadm", ...namedLocks, "import", ...from]);
    if (!isDone(outcome)) throw this.failure(outcome);
  }

  async mark(verb: "add" | "remove", flags: string, folderGuid: string, uids: string): Promise<void> {
    await this.must("flags", verb, "-u", this.job.user, flags, "mailbox-guid", folderGuid, "uid", uids);
  }

  async remove(folderGuid: string, uids: string): Promise<void> {
    await this.must("expunge", "-u", this.job.user, "mailbox-guid", folderGuid, "uid", uids);
  }

  /** Asks the other server about its folders. */
  private async ask(words: readonly string[], timeout: number): Promise<Outcome> {
    const options = ["-c", this.configuration, "-o", "mail_location=imapc:", "-f", "json", "mailbox"];
    const limits = { timeout, abort: this.signal };
    const outcome = await this.locked(["doveadm", ...options, ...words], limits);
    return outcome.timedOut ? { ...outcome, stdout: "", stderr: "Error: timed out" } : outcome;
  }

  private doveadm(side: Side): string[] {
    return [...(side === "mirror" ? ["-c", this.configuration] : namedLocks), "-f", "json"];
  }

  private async must(...words: readonly string[]): Promise<void> {
    const outcome = await this.locked(["doveadm", ...namedLocks, ...words]);
    if (outcome.exit !== 0) throw this.failure(outcome);
  }

  /** All that it prints is kept: what is told of a large folder is long. */
  private async locked(
    argv: readonly [string, ...string[]],
    limits: Pick<RunOptions, "timeout" | "abort"> = {},
  ): Promise<Outcome> {
    this.signal.throwIfAborted();
    const { onBytes, all } = keptBytes();
    const options = { onBytes, ...limits };
    const outcome = await this.processes.run(["flock", "--wait", "3600", this.lock, ...argv], options);
    if (limits.abort !== undefined) this.signal.throwIfAborted();
    return { ...outcome, stdout: all().toString("utf8") };
  }

  private failure(outcome: Outcome): MailwrightError {
    const { message, hint } = explainFailure(outcome, this.job.host, this.job.user);
    return new MailwrightError(message, {
      code: "SYNC",
      hint: outcome.exit === 127 ? "apt install dovecot-core" : hint,
    });
  }
}
