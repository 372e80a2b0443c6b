import type { DatabaseSync } from "node:sqlite";

/** A file as mailwright last wrote it. */
export interface ManagedFile {
  readonly path: string;
  /** SHA-256 of its bytes, in hex. */
  readonly hash: string;
  readonly mode: number;
  /** `user:group`. */
  readonly owner: string;
}

/** What events have done: written files, carried out revisions, services that wait for a reload. */
export class Ledger {
  constructor(private readonly connection: DatabaseSync) {}

  managedFile(path: string): ManagedFile | undefined {
    const row = this.connection.prepare("SELECT path, hash, mode, owner FROM managed_file WHERE path=?").get(path);
    return row as unknown as ManagedFile | undefined;
  }

  recordFiles(written: readonly ManagedFile[], removed: readonly string[], at: number): void {
    this.together(() => {
      const insert = this.connection.prepare("INSERT OR REPLACE INTO managed_file VALUES (?, ?, ?, ?, ?)");
      for (const file of written) insert.run(file.path, file.hash, file.mode, file.owner, at);
      const drop = this.connection.prepare("DELETE FROM managed_file WHERE path=?");
      for (const path of removed) drop.run(path);
    });
  }

  /** Notes that these events have carried out everything up to a revision. */
  recordApplied(events: readonly string[], revision: number): void {
    this.together(() => {
      const insert = this.connection.prepare("INSERT OR REPLACE INTO applied VALUES (?, ?)");
      for (const event of events) insert.run(event, revision);
    });
  }

  pendingServices(): { readonly unit: string; readonly verb: string }[] {
    const rows = this.connection.prepare("SELECT unit, verb FROM pending ORDER BY unit").all();
    return rows as unknown as { unit: string; verb: string }[];
  }

  addPending(services: readonly { readonly unit: string; readonly verb: string }[], at: number): void {
    this.together(() => {
      const insert = this.connection.prepare("INSERT OR REPLACE INTO pending VALUES (?, ?, ?)");
      for (const { unit, verb } of services) insert.run(unit, verb, at);
    });
  }

  removePending(units: readonly string[]): void {
    this.together(() => {
      const drop = this.connection.prepare("DELETE FROM pending WHERE unit=?");
      for (const unit of units) drop.run(unit);
    });
  }

  close(): void {
    this.connection.close();
  }

  private together(work: () => void): void {
    this.connection.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.connection.exec("COMMIT");
    } catch (error) {
      this.connection.exec("ROLLBACK");
      throw error;
    }
  }
}
