import { chmodSync, closeSync, linkSync, openSync, rmSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { MailwrightError } from "../errors.ts";
import { busyTimeout, codeOf, explain } from "./explain.ts";
import { makeFolderOf } from "./folder.ts";
import { type Ledger, ReadOnlyLedger } from "./ledger.ts";
import { emptySnapshot, type Snapshot } from "./record.ts";
import { migration, schemaVersion } from "./schema.ts";
import { FixedSnapshot } from "./snapshot.ts";
import { SqlLedger } from "./sql-ledger.ts";
import { Writer } from "./writer.ts";

/** Who changes something, and by what way in, such as `tty1` or `ssh 203.0.113.4`; both go to the history. */
export interface Author {
  readonly actor: string;
  readonly via: string;
}

/** How long the log may be, in bytes, when the last connection closes without moving it into the database. */
const keptLog = 1024 ** 2;

/**
 * Opens the settings for reading, as of one moment, and creates nothing (SQLite itself may make the
 * database's `-shm` and `-wal` companions when no other process has it open). Close it when done.
 */
export function readSnapshot(path: string): Snapshot {
  if (!isThere(path)) return emptySnapshot;
  const connection = connect(path, true);
  connection.exec("BEGIN");
  return new FixedSnapshot(connection, path);
}

/**
 * Changes the settings in one transaction: all of what `change` does is stored, durably, or nothing. This is
 * the one place where a revision is assigned. Where there is no database yet, `change` is first tried in
 * memory, so that a refused change, or one that changes nothing, leaves no database behind: it runs twice then.
 */
export function writeTransaction<T>(path: string, author: Author, change: (writer: Writer) => T): T {
  if (!isThere(path)) {
    const { result, hasChanged } = rehearse(path, author, change);
    if (!hasChanged) return result;
    create(path);
  }
  const connection = connect(path, false);
  try {
    connection.exec("BEGIN IMMEDIATE");
    const result = change(new Writer(connection, path, author));
    connection.exec("COMMIT");
    return result;
  } catch (cause) {
    throw explain(cause, path);
  } finally {
    closeQuickly(connection, path);
  }
}

/** What `change` would come to: the same checks on the same settings, and nothing is stored. */
export function rehearseTransaction<T>(path: string, author: Author, change: (writer: Writer) => T): T {
  if (!isThere(path)) return rehearse(path, author, change).result;
  const connection = connect(path, false);
  try {
    connection.exec("BEGIN IMMEDIATE");
    return change(new Writer(connection, path, author));
  } catch (cause) {
    throw explain(cause, path);
  } finally {
    // What is not committed is rolled back.
    closeQuickly(connection, path);
  }
}

/**
 * Closes a writer without the checkpoint that SQLite makes when the last connection closes: a commit costs one
 * sync of the log then, and not four of log and database. A read-only connection that closes last leaves the
 * log as it is, durable, for the next one to read.
 */
function closeQuickly(connection: DatabaseSync, path: string): void {
  try {
    if (statSync(`${path}-wal`).size > keptLog) return connection.close();
    const last = new DatabaseSync(path, { readOnly: true });
    last.prepare("PRAGMA user_version").get();
    connection.close();
    last.close();
  } catch {
    if (connection.isOpen) connection.close();
  }
}

function rehearse<T>(
  path: string,
  author: Author,
  change: (writer: Writer) => T,
): { result: T; hasChanged: boolean } {
  const connection = new DatabaseSync(":memory:");
  try {
    connection.exec(migration(0));
    const writer = new Writer(connection, path, author);
    return { result: change(writer), hasChanged: writer.snapshot.revision > 0 };
  } finally {
    connection.close();
  }
}

/** Copies all that is stored, as of one moment, to a file that is not there yet; where nothing is stored, nothing. */
export function copyDatabase(path: string, to: string): void {
  if (!isThere(path)) return;
  const connection = connect(path, true);
  try {
    connection.prepare("VACUUM INTO ?").run(to);
  } catch (cause) {
    // Either may be meant.
    throw explain(cause, `${path}, copied to ${to},`);
  } finally {
    connection.close();
  }
}

/** Opens what is known of applied events and written files, for reading and writing. Close it when done. */
export function openLedger(path: string): Ledger {
  if (!isThere(path)) create(path);
  const connection = connect(path, false);
  return new SqlLedger(connection, path, () => closeQuickly(connection, path));
}

/** The same for reading alone; it creates nothing. */
export function readLedger(path: string): Ledger {
  return new ReadOnlyLedger(isThere(path) ? new SqlLedger(connect(path, true), path) : undefined);
}

/** A folder that may not be looked into is a failure: the defaults would be a wrong answer. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (cause) {
    throw explain(cause, path);
  }
}

function connect(path: string, readOnly: boolean): DatabaseSync {
  try {
    const connection = new DatabaseSync(path, { readOnly });
    connection.exec(`PRAGMA busy_timeout=${busyTimeout}; PRAGMA synchronous=FULL`);
    const { user_version: version } = connection.prepare("PRAGMA user_version").get() as {
      user_version: number;
    };
    if (version === 0) {
      throw new MailwrightError(`${path} is no database of mailwright`, {
        code: "DATABASE_LAYOUT",
        hint: "It is empty, or another program's. Restore it from a backup, or move it away to begin anew.",
      });
    }
    if (version < schemaVersion) {
      connection.close();
      migrate(path);
      return connect(path, readOnly);
    }
    if (version > schemaVersion) {
      throw new MailwrightError(`${path} has the layout ${version}; this program knows ${schemaVersion}`, {
        code: "DATABASE_LAYOUT",
        hint: "A newer version of mailwright made it: install that, or a newer one.",
      });
    }
    return connection;
  } catch (cause) {
    throw explain(cause, path);
  }
}

/** Adds to a database of an older layout what it lacks; nothing that it holds is touched. */
function migrate(path: string): void {
  const connection = new DatabaseSync(path);
  try {
    connection.exec(`PRAGMA busy_timeout=${busyTimeout}; PRAGMA synchronous=FULL; BEGIN IMMEDIATE`);
    // Another process may have been faster.
    const { user_version: version } = connection.prepare("PRAGMA user_version").get() as {
      user_version: number;
    };
    connection.exec(`${migration(version)} PRAGMA user_version=${schemaVersion}; COMMIT`);
  } finally {
    connection.close();
  }
}

/** Makes the file whole under another name and links it into place, so that no process sees half of it. */
function create(path: string): void {
  const temporary = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}.new`;
  try {
    makeFolderOf(path);
    closeSync(openSync(temporary, "wx", 0o600));
    chmodSync(temporary, 0o600);
    const connection = new DatabaseSync(temporary);
    connection.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; BEGIN; ${migration(0)}
      PRAGMA user_version=${schemaVersion}; COMMIT`);
    connection.close();
    linkTo(path, temporary);
  } catch (cause) {
    throw explain(cause, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** That another process was faster is as good. */
function linkTo(path: string, temporary: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}
