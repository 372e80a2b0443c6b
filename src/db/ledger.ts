import type { DatabaseSync } from "node:sqlite";
import { explain } from "./explain.ts";

/** A file as mailwright last wrote it. */
export interface ManagedFile {
  readonly path: string;
  /** The target of the template that makes it. */
  readonly template: string;
  /** SHA-256 of its bytes, in hex; while a commit is under way also of those before, a blank between. */
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

/** What events have done so far. */
export interface Ledger {
  managedFiles(): ReadonlyMap<string, ManagedFile>;
  services(): ReadonlyMap<string, ServiceMemory>;
  recordFiles(written: readonly ManagedFile[], removed: readonly string[]): void;
  recordServices(services: readonly ServiceMemory[]): void;
  /** Notes that these events have carried out everything up to a revision. */
  recordApplied(events: readonly string[], revision: number): void;
  close(): void;
}

type Row = Record<string, string | number | null>;

/** The ledger in the settings' own database file. */
export class SqlLedger implements Ledger {
  constructor(
    private readonly connection: DatabaseSync,
    private readonly path: string,
  ) {}

  managedFiles(): ReadonlyMap<string, ManagedFile> {
    const rows = this.connection.prepare("SELECT path, template, hash, mode, owner FROM managed_file").all();
    return new Map((rows as unknown as ManagedFile[]).map((file) => [file.path, file]));
  }

  services(): ReadonlyMap<string, ServiceMemory> {
    const rows = this.connection.prepare("SELECT unit, wanted, action FROM service").all() as Row[];
    return new Map(
      rows.map(({ unit, wanted, action }) => [
        String(unit),
        {
          unit: String(unit),
          wanted: String(wanted),
          action: action === "reload" || action === "restart" ? action : undefined,
        },
      ]),
    );
  }

  recordFiles(written: readonly ManagedFile[], removed: readonly string[]): void {
    this.together(() => {
      const insert = this.connection.prepare("INSERT OR REPLACE INTO managed_file VALUES (?, ?, ?, ?, ?)");
      for (const file of written) insert.run(file.path, file.template, file.hash, file.mode, file.owner);
      const drop = this.connection.prepare("DELETE FROM managed_file WHERE path=?");
      for (const path of removed) drop.run(path);
    });
  }

  recordServices(services: readonly ServiceMemory[]): void {
    this.together(() => {
      const insert = this.connection.prepare("INSERT OR REPLACE INTO service VALUES (?, ?, ?)");
      for (const { unit, wanted, action } of services) insert.run(unit, wanted, action ?? null);
    });
  }

  recordApplied(events: readonly string[], revision: number): void {
    this.together(() => {
      const insert = this.connection.prepare("INSERT OR REPLACE INTO applied VALUES (?, ?)");
      for (const event of events) insert.run(event, revision);
    });
  }

  close(): void {
    this.connection.close();
  }

  private together(work: () => void): void {
    try {
      this.connection.exec("BEGIN IMMEDIATE");
    } catch (cause) {
      throw explain(cause, this.path);
    }
    try {
      work();
      this.connection.exec("COMMIT");
    } catch (cause) {
      this.connection.exec("ROLLBACK");
      throw explain(cause, this.path);
    }
  }
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
  recordFiles(): void {}
  recordServices(): void {}
  recordApplied(): void {}
  close(): void {
    this.real?.close();
  }
}
