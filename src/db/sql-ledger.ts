import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { explain } from "./explain.ts";
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
} from "./ledger.ts";
import { applyRecord, keptFile, keptUnit, type Row } from "./ledger-rows.ts";
import { type Room, takeRoom } from "./room.ts";
import { newestRevision } from "./schema.ts";

/** Bytes that the end of an apply may take on the disk, beside those of its differences. */
const leastRoom = 128 * 1024;

/** The ledger in the settings' own database file. */
export class SqlLedger implements Ledger {
  private isTogether = false;
  /** So that what is noted after files were replaced, or could not be, does not fail for want of room. */
  private room: Room | undefined;

  constructor(
    private readonly connection: DatabaseSync,
    private readonly path: string,
    private readonly closeConnection: () => void = () => connection.close(),
  ) {}

  managedFiles(): ReadonlyMap<string, ManagedFile> {
    const rows = this.rows("SELECT path, template, hash, mode, owner FROM managed_file");
    return new Map((rows as unknown as ManagedFile[]).map((file) => [file.path, file]));
  }

  services(): ReadonlyMap<string, ServiceMemory> {
    return new Map(
      this.rows("SELECT unit, wanted, action FROM service").map(({ unit, wanted, action }) => [
        String(unit),
        {
          unit: String(unit),
          wanted: String(wanted),
          action: action === "reload" || action === "restart" ? action : undefined,
        },
      ]),
    );
  }

  keptFiles(reason: KeepReason): KeptFile[] {
    return this.rows("SELECT * FROM kept_file WHERE reason=? ORDER BY path", reason).map(keptFile);
  }

  keptUnits(reason: KeepReason): KeptUnit[] {
    return this.rows("SELECT * FROM kept_unit WHERE reason=? ORDER BY unit", reason).map(keptUnit);
  }

  appliedRevisions(): ReadonlyMap<string, number> {
    return new Map(
      this.rows("SELECT event, rev FROM applied").map(({ event, rev }) => [String(event), Number(rev)]),
    );
  }

  confirmation(): Confirmation | undefined {
    const [row] = this.rows("SELECT * FROM confirmation");
    if (row === undefined) return undefined;
    const applied = new Map<string, number>(Object.entries(JSON.parse(String(row["applied"]))));
    return { revision: Number(row["rev"]), deadline: Number(row["deadline"]), applied };
  }

  replacedFragments(): ReadonlyMap<string, ReplacedFragment> {
    const rows = this.rows("SELECT path, modified, shipped FROM replaced_fragment");
    return new Map((rows as unknown as ReplacedFragment[]).map((fragment) => [fragment.path, fragment]));
  }

  applies(after: number): ApplyRecord[] {
    return this.rows("SELECT * FROM apply WHERE rev > ? ORDER BY rev", after).map(applyRecord);
  }

  lastApply(): ApplyRecord | undefined {
    return this.rows("SELECT * FROM apply ORDER BY rev DESC LIMIT 1").map(applyRecord)[0];
  }

  appliedFiles(revision: number): AppliedFile[] {
    const rows = this.rows("SELECT path, state, diff FROM apply_file WHERE rev=? ORDER BY path", revision);
    return rows as unknown as AppliedFile[];
  }

  recordFiles(written: readonly ManagedFile[], removed: readonly string[]): void {
    this.together(() => {
      for (const { path, template, hash, mode, owner } of written)
        this.run(
          "INSERT OR REPLACE INTO managed_file VALUES (?, ?, ?, ?, ?)",
          path,
          template,
          hash,
          mode,
          owner,
        );
      for (const path of removed) this.run("DELETE FROM managed_file WHERE path=?", path);
    });
  }

  recordServices(services: readonly ServiceMemory[]): void {
    this.together(() => {
      for (const { unit, wanted, action } of services)
        this.run("INSERT OR REPLACE INTO service VALUES (?, ?, ?)", unit, wanted, action ?? null);
    });
  }

  recordApplied(events: readonly string[], revision: number): void {
    this.together(() => {
      for (const event of events) this.run("INSERT OR REPLACE INTO applied VALUES (?, ?)", event, revision);
    });
  }

  replaceApplied(applied: ReadonlyMap<string, number>): void {
    this.together(() => {
      this.run("DELETE FROM applied");
      for (const [event, revision] of applied) this.run("INSERT INTO applied VALUES (?, ?)", event, revision);
    });
  }

  keep(files: readonly KeptFile[]): void {
    this.together(() => {
      const kept = files.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
      this.room ??= takeRoom(this.path, leastRoom + 4 * kept);
      for (const { path, bytes, link, mode, uid, gid, units, managed } of files) {
        this.addUnits(path, units);
        this.run(
          "INSERT OR IGNORE INTO kept_file VALUES ('unverified', ?, ?, ?, ?, ?, ?, ?, ?)",
          ...[path, bytes ?? null, link ?? null, mode, uid, gid],
          JSON.stringify(units),
          managed === undefined ? null : JSON.stringify(managed),
        );
      }
    });
  }

  keepUnit({ unit, active, failed, enabled, wanted, verbs }: KeptUnit): void {
    this.together(() => {
      const known = this.keptUnits("unverified").find((kept) => kept.unit === unit);
      this.run(
        `INSERT INTO kept_unit VALUES ('unverified', ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET verbs=excluded.verbs`,
        ...[unit, Number(active), Number(failed), Number(enabled), wanted],
        JSON.stringify([...new Set([...(known?.verbs ?? []), ...verbs])]),
      );
    });
  }

  forgetKept(reason: KeepReason, paths?: readonly string[]): void {
    this.together(() => {
      if (paths === undefined) {
        this.run("DELETE FROM kept_file WHERE reason=?", reason);
        this.run("DELETE FROM kept_unit WHERE reason=?", reason);
      }
      for (const path of paths ?? [])
        this.run("DELETE FROM kept_file WHERE reason=? AND path=?", reason, path);
    });
  }

  awaitConfirmation(): void {
    this.together(() => {
      this.run("UPDATE OR IGNORE kept_file SET reason='unconfirmed' WHERE reason='unverified'");
      const waiting = this.keptUnits("unconfirmed");
      for (const { unit, verbs } of this.keptUnits("unverified")) {
        const before = waiting.find((kept) => kept.unit === unit);
        const all = JSON.stringify([...new Set([...(before?.verbs ?? []), ...verbs])]);
        this.run("UPDATE kept_unit SET verbs=? WHERE unit=?", all, unit);
      }
      this.run("UPDATE OR IGNORE kept_unit SET reason='unconfirmed' WHERE reason='unverified'");
      this.forgetKept("unverified");
    });
  }

  beginApply({ at, actor, via, event, args, settings }: Parameters<Ledger["beginApply"]>[0]): number {
    return this.together(() => {
      const [row] = this.rows(
        `INSERT INTO apply SELECT ${newestRevision} + 1, ?, ?, ?, ?, ?, ?, 'running', '' RETURNING rev`,
        ...[at, actor, via, event, JSON.stringify(args), settings],
      );
      return Number(row?.["rev"]);
    });
  }

  endApply(revision: number, outcome: ApplyOutcome, detail: string, files: readonly AppliedFile[]): void {
    this.together(() => {
      this.run("UPDATE apply SET result=?, detail=? WHERE rev=?", outcome, detail, revision);
      for (const { path, state, diff } of files)
        this.run("INSERT OR REPLACE INTO apply_file VALUES (?, ?, ?, ?)", revision, path, state, diff);
    });
  }

  recordConfirmation(confirmation: Confirmation | undefined): void {
    this.together(() => {
      this.run("DELETE FROM confirmation");
      if (confirmation === undefined) return;
      const { revision, deadline, applied } = confirmation;
      const before = JSON.stringify(Object.fromEntries(applied));
      this.run("INSERT INTO confirmation VALUES (1, ?, ?, ?)", revision, deadline, before);
    });
  }

  recordReplaced(fragments: readonly ReplacedFragment[], gone: readonly string[]): void {
    this.together(() => {
      for (const { path, modified, shipped } of fragments)
        this.run("INSERT OR REPLACE INTO replaced_fragment VALUES (?, ?, ?)", path, modified, shipped);
      for (const path of gone) this.run("DELETE FROM replaced_fragment WHERE path=?", path);
    });
  }

  close(): void {
    this.giveBackRoom();
    this.closeConnection();
  }

  together<T>(work: () => T): T {
    if (this.isTogether) return work();
    this.giveBackRoom();
    try {
      this.connection.exec("BEGIN IMMEDIATE");
    } catch (cause) {
      throw explain(cause, this.path);
    }
    this.isTogether = true;
    try {
      const result = work();
      this.connection.exec("COMMIT");
      return result;
    } catch (cause) {
      this.rollBack();
      this.giveBackRoom();
      throw explain(cause, this.path);
    } finally {
      this.isTogether = false;
    }
  }

  private giveBackRoom(): void {
    this.room?.giveBack();
    this.room = undefined;
  }

  /** SQLite has done it by itself where the disk is full, and says then that there is nothing to roll back. */
  private rollBack(): void {
    try {
      this.connection.exec("ROLLBACK");
    } catch {
      // There is no other way to be told: node:sqlite of Node 22.13 cannot be asked.
    }
  }

  /** A file that is kept already may be read by more units now. */
  private addUnits(path: string, units: readonly string[]): void {
    const [known] = this.rows("SELECT units FROM kept_file WHERE reason='unverified' AND path=?", path);
    if (known === undefined) return;
    const all = JSON.stringify([...new Set([...JSON.parse(String(known["units"])), ...units])]);
    this.run("UPDATE kept_file SET units=? WHERE reason='unverified' AND path=?", all, path);
  }

  private rows(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.connection.prepare(sql).all(...values) as Row[];
  }

  private run(sql: string, ...values: SQLInputValue[]): void {
    this.connection.prepare(sql).run(...values);
  }
}
