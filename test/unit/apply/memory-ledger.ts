import type {
  AppliedFile,
  ApplyOutcome,
  ApplyRecord,
  Confirmation,
  KeepReason,
  KeptFile,
  KeptUnit,
  Ledger,
  ManagedFile,
  ReplacedFragment,
  ServiceMemory,
} from "../../../src/db/ledger.ts";

/** All that a ledger knows, as plain values. */
interface Contents {
  files: Map<string, ManagedFile>;
  units: Map<string, ServiceMemory>;
  applied: Map<string, number>;
  kept: Record<KeepReason, Map<string, KeptFile>>;
  keptUnits: Record<KeepReason, Map<string, KeptUnit>>;
  history: Map<number, ApplyRecord>;
  changes: Map<number, readonly AppliedFile[]>;
  waiting: Confirmation | undefined;
  replaced: Map<string, ReplacedFragment>;
}

const empty = (): Contents => ({
  files: new Map(),
  units: new Map(),
  applied: new Map(),
  kept: { unverified: new Map(), unconfirmed: new Map() },
  keptUnits: { unverified: new Map(), unconfirmed: new Map() },
  history: new Map(),
  changes: new Map(),
  waiting: undefined,
  replaced: new Map(),
});

const copyOf = (contents: Contents): Contents => ({
  files: new Map(contents.files),
  units: new Map(contents.units),
  applied: new Map(contents.applied),
  kept: {
    unverified: new Map(contents.kept.unverified),
    unconfirmed: new Map(contents.kept.unconfirmed),
  },
  keptUnits: {
    unverified: new Map(contents.keptUnits.unverified),
    unconfirmed: new Map(contents.keptUnits.unconfirmed),
  },
  history: new Map(contents.history),
  changes: new Map(contents.changes),
  waiting: contents.waiting,
  replaced: new Map(contents.replaced),
});

/** As it was first, with all that was done to it. */
function united(first: KeptUnit | undefined, then: KeptUnit): KeptUnit {
  return { ...(first ?? then), verbs: [...new Set([...(first?.verbs ?? []), ...then.verbs])] };
}

/** A ledger in memory, with transactions: what `together` did is undone where it throws. */
export class MemoryLedger implements Ledger {
  contents = empty();
  /** The revision that the next apply comes after. */
  newest = 7;
  private depth = 0;

  get files(): Map<string, ManagedFile> {
    return this.contents.files;
  }
  get units(): Map<string, ServiceMemory> {
    return this.contents.units;
  }
  get applied(): Map<string, number> {
    return this.contents.applied;
  }

  managedFiles(): ReadonlyMap<string, ManagedFile> {
    return new Map(this.files);
  }
  services(): ReadonlyMap<string, ServiceMemory> {
    return new Map(this.units);
  }
  keptFiles(reason: KeepReason): KeptFile[] {
    return [...this.contents.kept[reason].values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
  keptUnits(reason: KeepReason): KeptUnit[] {
    return [...this.contents.keptUnits[reason].values()];
  }
  keepUnit(kept: KeptUnit): void {
    const { unverified } = this.contents.keptUnits;
    unverified.set(kept.unit, united(unverified.get(kept.unit), kept));
  }
  appliedRevisions(): ReadonlyMap<string, number> {
    return new Map(this.applied);
  }
  confirmation(): Confirmation | undefined {
    return this.contents.waiting;
  }
  replacedFragments(): ReadonlyMap<string, ReplacedFragment> {
    return new Map(this.contents.replaced);
  }
  applies(after: number): ApplyRecord[] {
    return [...this.contents.history.values()].filter(({ revision }) => revision > after);
  }
  lastApply(): ApplyRecord | undefined {
    return [...this.contents.history.values()].at(-1);
  }
  appliedFiles(revision: number): AppliedFile[] {
    return [...(this.contents.changes.get(revision) ?? [])];
  }

  together<T>(work: () => T): T {
    const before = this.depth === 0 ? copyOf(this.contents) : undefined;
    this.depth++;
    try {
      return work();
    } catch (error) {
      if (before !== undefined) this.contents = before;
      throw error;
    } finally {
      this.depth--;
    }
  }
  recordFiles(written: readonly ManagedFile[], removed: readonly string[]): void {
    for (const file of written) this.files.set(file.path, file);
    for (const path of removed) this.files.delete(path);
  }
  recordServices(services: readonly ServiceMemory[]): void {
    for (const service of services) this.units.set(service.unit, service);
  }
  recordApplied(events: readonly string[], revision: number): void {
    for (const event of events) this.applied.set(event, revision);
  }
  replaceApplied(applied: ReadonlyMap<string, number>): void {
    this.contents.applied = new Map(applied);
  }
  keep(files: readonly KeptFile[]): void {
    const { unverified } = this.contents.kept;
    for (const file of files) {
      const known = unverified.get(file.path);
      const units = [...new Set([...(known?.units ?? []), ...file.units])];
      unverified.set(file.path, { ...(known ?? file), units });
    }
  }
  forgetKept(reason: KeepReason, paths?: readonly string[]): void {
    if (paths === undefined) {
      this.contents.kept[reason].clear();
      this.contents.keptUnits[reason].clear();
    }
    for (const path of paths ?? []) this.contents.kept[reason].delete(path);
  }
  awaitConfirmation(): void {
    const { unverified, unconfirmed } = this.contents.kept;
    for (const [path, file] of unverified) if (!unconfirmed.has(path)) unconfirmed.set(path, file);
    unverified.clear();
    const units = this.contents.keptUnits;
    for (const [unit, kept] of units.unverified)
      units.unconfirmed.set(unit, united(units.unconfirmed.get(unit), kept));
    units.unverified.clear();
  }
  beginApply(apply: Omit<ApplyRecord, "revision" | "outcome" | "detail">): number {
    const revision = ++this.newest;
    this.contents.history.set(revision, { ...apply, revision, outcome: "running", detail: "" });
    return revision;
  }
  endApply(revision: number, outcome: ApplyOutcome, detail: string, files: readonly AppliedFile[]): void {
    const apply = this.contents.history.get(revision);
    if (apply === undefined) throw new Error(`no apply has the revision ${revision}`);
    this.contents.history.set(revision, { ...apply, outcome, detail });
    this.contents.changes.set(revision, files);
  }
  recordConfirmation(confirmation: Confirmation | undefined): void {
    this.contents.waiting = confirmation;
  }
  recordReplaced(fragments: readonly ReplacedFragment[], gone: readonly string[]): void {
    for (const fragment of fragments) this.contents.replaced.set(fragment.path, fragment);
    for (const path of gone) this.contents.replaced.delete(path);
  }
  close(): void {}
}
