import type { DatabaseSync, StatementSync } from "node:sqlite";
import { explain } from "./explain.ts";
import type { Change } from "./history.ts";
import { JsonProps } from "./json-props.ts";
import type { DbRecord, ReplacedValue, Snapshot } from "./record.ts";
import { newestRevision } from "./schema.ts";

type Row = Record<string, string | number | null>;

const asciiLower = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

const text = (row: Row, column: string): string => String(row[column]);

/** Reads through an open connection. Within a transaction all answers are of one moment. */
export class SqlSnapshot implements Snapshot {
  readonly isFixed: boolean = false;
  private readonly statements = new Map<string, StatementSync>();

  constructor(
    private readonly connection: DatabaseSync,
    private readonly path: string,
  ) {}

  get revision(): number {
    return Number(this.rows("SELECT coalesce(max(rev), 0) AS rev FROM change")[0]?.["rev"]);
  }

  get newestRevision(): number {
    return Number(this.rows(`SELECT ${newestRevision} AS rev`)[0]?.["rev"]);
  }

  record(database: string, key: string): DbRecord | undefined {
    const type = this.type(database, key);
    if (type === undefined) return undefined;
    const rows = this.rows("SELECT name, value FROM prop WHERE db=? AND key=? ORDER BY name", database, key);
    return { key, type, props: new Map(rows.map((row) => [text(row, "name"), text(row, "value")])) };
  }

  prop(database: string, key: string, name: string): string | undefined {
    const row = this.rows("SELECT value FROM prop WHERE db=? AND key=? AND name=?", database, key, name)[0];
    return row && text(row, "value");
  }

  type(database: string, key: string): string | undefined {
    const row = this.rows("SELECT type FROM record WHERE db=? AND key=?", database, key)[0];
    return row && text(row, "type");
  }

  records(database: string): DbRecord[] {
    const props = "SELECT json_group_object(name, value) FROM prop WHERE db=record.db AND key=record.key";
    const sql = `SELECT key, type, (${props}) AS props FROM record WHERE db=? ORDER BY key`;
    const records: DbRecord[] = [];
    try {
      // One row at a time: all of them beside all records would take much room.
      for (const row of this.statement(sql).iterate(database) as Iterable<Row>) {
        const props = new JsonProps(text(row, "props"));
        records.push({ key: text(row, "key"), type: text(row, "type"), props });
      }
    } catch (cause) {
      throw explain(cause, this.path);
    }
    return records;
  }

  types(database: string): { key: string; type: string }[] {
    const rows = this.rows("SELECT key, type FROM record WHERE db=? ORDER BY key", database);
    return rows.map((row) => ({ key: text(row, "key"), type: text(row, "type") }));
  }

  keys(database: string): string[] {
    return this.types(database).map(({ key }) => key);
  }

  namesakes(database: string, name: string): { key: string; type: string }[] {
    // SQLite's lower() knows the letters of ASCII alone; "A" is the character behind "@".
    const forms = new Set([name, asciiLower(name.toUpperCase())]);
    return [...forms].flatMap((form) =>
      this.rows(
        "SELECT key, type FROM record INDEXED BY record_name WHERE db=? AND lower(key)=? UNION ALL " +
          "SELECT key, type FROM record INDEXED BY record_name WHERE db=? AND lower(key)>=? AND lower(key)<?",
        ...[database, form, database, `${form}@`, `${form}A`],
      ).map((row) => ({ key: text(row, "key"), type: text(row, "type") })),
    );
  }

  databases(): string[] {
    return this.rows("SELECT DISTINCT db FROM record ORDER BY db").map((row) => text(row, "db"));
  }

  changes(after: number): Change[] {
    const optional = (value: string | number | null | undefined): string | undefined =>
      value === null || value === undefined ? undefined : String(value);
    return this.rows("SELECT * FROM change WHERE rev > ? ORDER BY id", after).map((row) => ({
      revision: Number(row["rev"]),
      at: Number(row["at"]),
      actor: text(row, "actor"),
      via: text(row, "via"),
      database: text(row, "db"),
      key: text(row, "key"),
      name: text(row, "name"),
      old: optional(row["old"]),
      new: optional(row["new"]),
    }));
  }

  replacedValues(): ReplacedValue[] {
    const rows = this.rows("SELECT db, key, name, old FROM change WHERE old IS NOT NULL ORDER BY id");
    return rows.map((row) => ({
      database: text(row, "db"),
      key: text(row, "key"),
      name: text(row, "name"),
      old: text(row, "old"),
    }));
  }

  appliedRevisions(): ReadonlyMap<string, number> {
    return new Map(
      this.rows("SELECT event, rev FROM applied").map((row) => [text(row, "event"), Number(row["rev"])]),
    );
  }

  close(): void {
    this.connection.close();
  }

  private rows(sql: string, ...values: (string | number)[]): Row[] {
    try {
      return this.statement(sql).all(...values) as Row[];
    } catch (cause) {
      throw explain(cause, this.path);
    }
  }

  private statement(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.connection.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }
}

/** Reads within a transaction that nothing is written in: what was read once stays true, and is not read again. */
export class FixedSnapshot extends SqlSnapshot {
  override readonly isFixed = true;
  private readonly known = new Map<string, DbRecord[]>();

  override records(database: string): DbRecord[] {
    let records = this.known.get(database);
    if (records === undefined) {
      records = super.records(database);
      this.known.set(database, records);
    }
    return records;
  }
}
