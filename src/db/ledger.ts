/** A file as mailwright last wrote it. */
export interface ManagedFile {
  readonly path: string;
  /** The target of the template that makes it. */
  readonly template: string;
  /**
   * SHA-256 of its bytes, in hex; while a commit is under way also of those before, a blank between, or `absent`
   * where there was no file.
   */
  readonly hash: string;
  readonly mode: number;
  /** `user:group`. */
  readonly owner: string;
}

/** How a unit was last brought, and what a committed file still asks of it. */
export interface ServiceMemory {
  readonly unit: string;
  /** `enabled` or `disabled`; empty before the unit was first brought to either. */
  readonly wanted: string;
  readonly action: "reload" | "restart" | undefined;
}

/** What stood at a path when all was last seen to run: a file, a link, or nothing where both are absent. */
export interface KeptFile {
  readonly path: string;
  readonly bytes: Uint8Array | undefined;
  readonly link: string | undefined;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The units that have what stands there now to read. */
  readonly units: readonly string[];
  /** What was known of it as a file of mailwright's. */
  readonly managed: ManagedFile | undefined;
}

/** A file of which a commit or a restore was cut off: it may hold one thing or another. */
export function isUnfinished({ hash }: ManagedFile): boolean {
  return hash.includes(" ");
}

/** How a unit was before it was adjusted, and what was done to it since. */
export interface KeptUnit {
  readonly unit: string;
  readonly active: boolean;
  readonly failed: boolean;
  readonly enabled: boolean;
  /** What it was wanted to be when it was adjusted. */
  readonly wanted: "enabled" | "disabled" | "as it is";
  /** Verbs of services, such as `reload`; each once. */
  readonly verbs: readonly string[];
}

/** `unverified`: until its daemons are seen to run with the new file; `unconfirmed`: until the apply is confirmed. */
export type KeepReason = "unverified" | "unconfirmed";

/**
 * `running`: it is under way, or was cut off; `refused`: nothing was touched; `failed`: files may be written and
 * services are pending; `restored`: all went back; `unconfirmed` and `confirmed`: with `--confirm`.
 */
export type ApplyOutcome =
  | "running"
  | "done"
  | "refused"
  | "failed"
  | "restored"
  | "unconfirmed"
  | "confirmed";

/** One apply in the history; its revision is of the same count as those of changes. */
export interface ApplyRecord {
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly actor: string;
  readonly via: string;
  readonly event: string;
  readonly args: readonly string[];
  /** The revision of the settings that it applied. */
  readonly settings: number;
  readonly outcome: ApplyOutcome;
  /** In a sentence, without secrets. */
  readonly detail: string;
}

/** What an apply did to one file. `diff` is fit to be shown: it holds no secret. */
export interface AppliedFile {
  readonly path: string;
  readonly state: string;
  readonly diff: string;
}

/** An apply that goes back at the deadline unless it is confirmed. */
export interface Confirmation {
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  /** Up to which revision each event had been carried out before. */
  readonly applied: ReadonlyMap<string, number>;
}

/** A site's fragment, and the shipped text that it took the place of when its file was last saved. */
export interface ReplacedFragment {
  readonly path: string;
  /** When the site's file was saved, in milliseconds since 1970. */
  readonly modified: number;
  readonly shipped: string;
}

/** What events have done so far. */
export interface Ledger {
  managedFiles(): ReadonlyMap<string, ManagedFile>;
  services(): ReadonlyMap<string, ServiceMemory>;
  keptFiles(reason: KeepReason): KeptFile[];
  keptUnits(reason: KeepReason): KeptUnit[];
  appliedRevisions(): ReadonlyMap<string, number>;
  confirmation(): Confirmation | undefined;
  replacedFragments(): ReadonlyMap<string, ReplacedFragment>;
  /** Oldest first, those after a revision. */
  applies(after: number): ApplyRecord[];
  lastApply(): ApplyRecord | undefined;
  appliedFiles(revision: number): AppliedFile[];

  /** All of what `work` records, or nothing of it, durably. */
  together<T>(work: () => T): T;
  recordFiles(written: readonly ManagedFile[], removed: readonly string[]): void;
  recordServices(services: readonly ServiceMemory[]): void;
  /** Notes that these events have carried out everything up to a revision. */
  recordApplied(events: readonly string[], revision: number): void;
  /** Takes the place of all that `recordApplied` noted. */
  replaceApplied(applied: ReadonlyMap<string, number>): void;
  /** Keeps what is not verified yet; a path that is kept already stays as it was kept first, for all units concerned. */
  keep(files: readonly KeptFile[]): void;
  /** The same for a unit; what is done to it is added. */
  keepUnit(unit: KeptUnit): void;
  /** Forgets these paths, or all, units too. */
  forgetKept(reason: KeepReason, paths?: readonly string[]): void;
  /** What was not verified is from now on not confirmed. */
  awaitConfirmation(): void;
  /** Returns the revision of the new apply. */
  beginApply(apply: Omit<ApplyRecord, "revision" | "outcome" | "detail">): number;
  endApply(revision: number, outcome: ApplyOutcome, detail: string, files: readonly AppliedFile[]): void;
  recordConfirmation(confirmation: Confirmation | undefined): void;
  recordReplaced(fragments: readonly ReplacedFragment[], gone: readonly string[]): void;
  close(): void;
}

/** A ledger that is read and never written: for a dry run. */
export class ReadOnlyLedger implements Ledger {
  constructor(private readonly real: Ledger | undefined) {}

  managedFiles(): ReadonlyMap<string, ManagedFile> {
    return this.real?.managedFiles() ?? new Map();
  }
  services(): ReadonlyMap<string, ServiceMemory> {
    return this.real?.services() ?? new Map();
  }
  keptFiles(reason: KeepReason): KeptFile[] {
    return this.real?.keptFiles(reason) ?? [];
  }
  keptUnits(reason: KeepReason): KeptUnit[] {
    return this.real?.keptUnits(reason) ?? [];
  }
  appliedRevisions(): ReadonlyMap<string, number> {
    return this.real?.appliedRevisions() ?? new Map();
  }
  confirmation(): Confirmation | undefined {
    return this.real?.confirmation();
  }
  replacedFragments(): ReadonlyMap<string, ReplacedFragment> {
    return this.real?.replacedFragments() ?? new Map();
  }
  applies(after: number): ApplyRecord[] {
    return this.real?.applies(after) ?? [];
  }
  lastApply(): ApplyRecord | undefined {
    return this.real?.lastApply();
  }
  appliedFiles(revision: number): AppliedFile[] {
    return this.real?.appliedFiles(revision) ?? [];
  }
  together<T>(work: () => T): T {
    return work();
  }
  recordFiles(): void {}
  recordServices(): void {}
  recordApplied(): void {}
  replaceApplied(): void {}
  keep(): void {}
  keepUnit(): void {}
  forgetKept(): void {}
  awaitConfirmation(): void {}
  beginApply(): number {
    return 0;
  }
  endApply(): void {}
  recordConfirmation(): void {}
  recordReplaced(): void {}
  close(): void {
    this.real?.close();
  }
}
