import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type DbRecord, type Snapshot, typeName } from "./record.ts";
import { FixedSnapshot, SqlSnapshot } from "./snapshot.ts";
import type { Author } from "./store.ts";

/** The changing half of a transaction. What equals the stored value is no change and leaves no history. */
export class Writer {
  /** What this transaction sees: the settings as changed so far. */
  readonly snapshot: SqlSnapshot;
  /** The revision that this transaction's changes get. */
  readonly revision: number;
  private readonly at = Date.now();
  private readonly statements = new Map<string, StatementSync>();

  constructor(
    private readonly connection: DatabaseSync,
    private readonly path: string,
    private readonly author: Author,
  ) {
    this.snapshot = new SqlSnapshot(connection, path);
    this.revision = this.snapshot.newestRevision + 1;
  }

  /** The settings as changed so far, for as long as nothing more is changed. */
  still(): Snapshot {
    return new FixedSnapshot(this.connection, this.path);
  }

  /** Makes the record where there is none. */
  setType(database: string, key: string, type: string): void {
    const old = this.snapshot.type(database, key);
    if (old === type) return;
    this.run("INSERT OR REPLACE INTO record (db, key, type) VALUES (?, ?, ?)", database, key, type);
    this.log(database, key, typeName, old, type);
  }

  setProp(database: string, key: string, name: string, value: string): void {
    const old = this.snapshot.prop(database, key, name);
    if (old === value) return;
    this.run(
      "INSERT OR REPLACE INTO prop (db, key, name, value) VALUES (?, ?, ?, ?)",
      database,
      key,
      name,
      value,
    );
    this.log(database, key, name, old, value);
  }

  deleteProp(database: string, key: string, name: string): void {
    const old = this.snapshot.prop(database, key, name);
    if (old === undefined) return;
    this.run("DELETE FROM prop WHERE db=? AND key=? AND name=?", database, key, name);
    this.log(database, key, name, old, undefined);
  }

  /** Replaces the whole record, or makes it. */
  setRecord(database: string, record: DbRecord): void {
    for (const name of this.snapshot.record(database, record.key)?.props.keys() ?? []) {
      if (!record.props.has(name)) this.deleteProp(database, record.key, name);
    }
    this.setType(database, record.key, record.type);
    for (const [name, value] of record.props) this.setProp(database, record.key, name, value);
  }

  deleteRecord(database: string, key: string): void {
    const record = this.snapshot.record(database, key);
    if (record === undefined) return;
    for (const name of record.props.keys()) this.deleteProp(database, key, name);
    this.run("DELETE FROM record WHERE db=? AND key=?", database, key);
    this.log(database, key, typeName, record.type, undefined);
  }

  private log(
    database: string,
    key: string,
    name: string,
    old: string | undefined,
    value: string | undefined,
  ): void {
    const { actor, via } = this.author;
    this.run(
      "INSERT INTO change (rev, at, actor, via, db, key, name, old, new) VALUES (?,?,?,?,?,?,?,?,?)",
      ...[this.revision, this.at, actor, via, database, key, name, old ?? null, value ?? null],
    );
  }

  private run(sql: string, ...values: (string | number | null)[]): void {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.connection.prepare(sql);
      this.statements.set(sql, statement);
    }
    statement.run(...values);
  }
}
