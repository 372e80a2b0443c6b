import { join } from "node:path";
import type { Paths } from "../../../paths.ts";
import type { Files } from "../../../system/system.ts";
import type { Known } from "./merge.ts";

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

interface KnownFile {
  /** As `NAME@HOST`. */
  readonly account: string;
  readonly folders: Readonly<Record<string, readonly Known[]>>;
}

/** What is kept of a job beside the settings: root's own files, for users' folders are not to be trusted. */
export class JobNotes {
  private readonly base: string;

  constructor(
    private readonly files: Files,
    paths: Paths,
    file: string,
  ) {
    this.base = join(paths.state, "imapsync", file);
  }

  /** Held by a run, whose number its `.holder` has. */
  get lock(): string {
    return `${this.base}.lock`;
  }

  /** Held by each doveadm of a run. */
  get workLock(): string {
    return `${this.base}.work`;
  }

  /** Of this account: what was copied from another is the user's own by now. */
  known(account: string): KnownFolders {
    const kept = this.read<KnownFile>("known");
    return new Map(kept?.account === account ? Object.entries(kept.folders) : []);
  }

  keepKnown(account: string, known: KnownFolders): void {
    this.write("known", { account, folders: Object.fromEntries(known) } satisfies KnownFile);
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
