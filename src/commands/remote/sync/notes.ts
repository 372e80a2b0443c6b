import { join } from "node:path";
import { isTaken } from "../../../db/lock.ts";
import type { Paths } from "../../../paths.ts";
import type { Files } from "../../../system/system.ts";
import type { Known } from "./merge.ts";
import type { Naming } from "./remote-names.ts";

/** How the last run of a job went; times in milliseconds since 1970. */
export interface RunNote {
  readonly started: number;
  readonly ended: number;
  readonly status: "done" | "failed";
  /** What went wrong; empty where nothing did. */
  readonly problem: string;
  /** At the server. */
  readonly folders: number;
  readonly messages: number;
  readonly copied: number;
  readonly removed: number;
  /** When a run was last done; kept by `keepRun`. */
  readonly succeeded?: number | undefined;
}

/** The problem of a run that somebody has stopped. */
export const stoppedByHand = "stopped";

/** What was copied, by the folder's name. */
export type KnownFolders = ReadonlyMap<string, readonly Known[]>;

/** What the runs of a job have found out. */
export interface Knowledge extends Naming {
  readonly folders: KnownFolders;
}

interface KnownFile {
  /** As `NAME@HOST`. */
  readonly account: string;
  /** The GUID of the user's INBOX: a user who is made anew has another. */
  readonly inbox: string;
  readonly belowInbox?: boolean | undefined;
  readonly sign?: string | undefined;
  readonly signed?: readonly string[] | undefined;
  readonly folders: Readonly<Record<string, readonly Known[]>>;
}

/** Root's own: users' folders are not to be trusted. */
export const noteFolder = ({ state }: Paths): string => join(state, "imapsync");

/** What is kept of a job beside the settings. */
export class JobNotes {
  private readonly base: string;

  constructor(
    private readonly files: Files,
    paths: Paths,
    file: string,
  ) {
    this.base = join(noteFolder(paths), file);
  }

  /** Held by a run, whose number its `.holder` has. */
  get lock(): string {
    return `${this.base}.lock`;
  }

  /** Held by each doveadm of a run. */
  get workLock(): string {
    return `${this.base}.work`;
  }

  /** Whether a run is at work. */
  isRunning(): Promise<boolean> {
    return isTaken(this.lock);
  }

  /** Asks the run that is at work to end, or takes that back. */
  askToStop(isAsked: boolean): void {
    if (isAsked) this.files.write(this.stop, Buffer.of(), { mode: 0o600 });
    else this.files.remove(this.stop);
  }

  isAskedToStop(): boolean {
    return this.files.status(this.stop) !== undefined;
  }

  private get stop(): string {
    return `${this.base}.stop`;
  }

  /** Of this account and this mailbox: what was copied from another, or for another, says nothing. */
  known(account: string, inbox: string): Knowledge {
    const kept = this.read<KnownFile>("known");
    if (kept?.account !== account || kept.inbox !== inbox)
      return { folders: new Map(), belowInbox: undefined, sign: undefined, signed: [] };
    const { belowInbox, sign, signed = [] } = kept;
    return { folders: new Map(Object.entries(kept.folders)), belowInbox, sign, signed };
  }

  keepKnown(account: string, inbox: string, { folders, belowInbox, sign, signed }: Knowledge): void {
    const kept: KnownFile = {
      account,
      inbox,
      belowInbox,
      sign,
      signed,
      folders: Object.fromEntries(folders),
    };
    this.write("known", kept);
  }

  lastRun(): RunNote | undefined {
    return this.read<RunNote>("run");
  }

  keepRun(note: RunNote): void {
    const succeeded = note.status === "done" ? note.ended : this.lastRun()?.succeeded;
    this.write("run", { ...note, succeeded });
  }

  private read<T>(kind: string): T | undefined {
    const text = this.files.readText(`${this.base}.${kind}.json`);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text);
    } catch {
      // What is not known any more is found by comparing messages.
      return undefined;
    }
  }

  private write(kind: string, value: unknown): void {
    this.files.makeFolder(join(this.base, ".."), 0o700);
    this.files.write(`${this.base}.${kind}.json`, Buffer.from(JSON.stringify(value)), { mode: 0o600 });
  }
}
