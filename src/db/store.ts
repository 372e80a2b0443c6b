import { chmodSync, closeSync, existsSync, linkSync, mkdirSync, openSync, unlinkSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { MailwrightError } from "../errors.ts";
import { type Ledger, ReadOnlyLedger, SqlLedger } from "./ledger.ts";
import { emptySnapshot, type Snapshot } from "./record.ts";
import { schema, schemaVersion } from "./schema.ts";
import { SqlSnapshot } from "./snapshot.ts";
import { Writer } from "./writer.ts";

/** Who changes something, and by what way in, such as `tty1` or `ssh 203.0.113.4`; both go to the history. */
export interface Author {
  readonly actor: string;
  readonly via: string;
}

/** How long a writer waits for the others, in milliseconds. */
const busyTimeout = 120_000;

/**
 * Opens the settings for reading, as of one moment, and creates nothing (SQLite itself may make the
 * database's `-shm` and `-wal` companions when no other process has it open). Close it when done.
 */
export function readSnapshot(path: string): Snapshot {
  if (!existsSync(path)) return emptySnapshot;
  const connection = connect(path, true);
  connection.exec("BEGIN");
  return new SqlSnapshot(connection);
}

/**
 * Changes the settings in one transaction: all of what `change` does is stored, durably, or nothing. This is
 * the one place where a revision is assigned.
 */
export function writeTransaction<T>(path: string, author: Author, change: (writer: Writer) => T): T {
  if (!existsSync(path)) create(path);
  const connection = connect(path, false);
  try {
    connection.exec("BEGIN IMMEDIATE");
    const result = change(new Writer(connection, author));
    connection.exec("COMMIT");
    return result;
  } catch (cause) {
    throw explain(cause, path);
  } finally {
    connection.close();
  }
}

/** Opens what is known of applied events and written files, for reading and writing. Close it when done. */
export function openLedger(path: string): Ledger {
  if (!existsSync(path)) create(path);
  return new SqlLedger(connect(path, false));
}

/** The same for reading alone; it creates nothing. */
export function readLedger(path: string): Ledger {
  return new ReadOnlyLedger(existsSync(path) ? new SqlLedger(connect(path, true)) : undefined);
}

function connect(path: string, readOnly: boolean): DatabaseSync {
  try {
    const connection = new DatabaseSync(path, { readOnly });
    connection.exec(`PRAGMA busy_timeout=${busyTimeout}; PRAGMA synchronous=FULL`);
    const { user_version: version } = connection.prepare("PRAGMA user_version").get() as {
      user_version: number;
    };
    if (version !== schemaVersion) {
      throw new MailwrightError(`${path} has the layout ${version}; this program knows ${schemaVersion}`, {
        code: "DATABASE_LAYOUT",
        hint: "Install the version of mailwright that made it, or a newer one.",
      });
    }
    return connection;
  } catch (cause) {
    throw explain(cause, path);
  }
}

/** Makes the file whole under another name and links it into place, so that no process sees half of it. */
function create(path: string): void {
  const temporary = `${path}.${process.pid}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(temporary, "wx", 0o600));
    chmodSync(temporary, 0o600);
    const connection = new DatabaseSync(temporary);
    connection.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; BEGIN; ${schema}
      PRAGMA user_version=${schemaVersion}; COMMIT`);
    connection.close();
    linkSync(temporary, path);
  } catch (cause) {
    if (!hasCode(cause, "EEXIST") || !existsSync(path)) throw explain(cause, path);
  } finally {
    if (existsSync(temporary)) unlinkSync(temporary);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Says in an administrator's words why SQLite or the file system refused. */
function explain(cause: unknown, path: string): unknown {
  if (cause instanceof MailwrightError || !(cause instanceof Error)) return cause;
  const known: [RegExp, string, string][] = [
    [
      /SQLITE_CANTOPEN|unable to open|EACCES|EPERM|permission/i,
      "may not be opened",
      "Run the command as root.",
    ],
    [
      /readonly|EROFS/i,
      "cannot be written",
      "Run the command as root; look whether the file system is read-only.",
    ],
    [/locked|busy/i, "is kept busy by another process", `Waited ${busyTimeout / 1000} s. Try again.`],
    [/full|ENOSPC/i, "cannot grow: the disk is full", "Make room and try again; nothing was stored."],
    [
      /malformed|not a database|corrupt/i,
      "is damaged",
      "Restore it from a backup; sqlite3 PATH .recover may help.",
    ],
  ];
  const match = known.find(([pattern]) => pattern.test(cause.message));
  if (match === undefined) return cause;
  return new MailwrightError(`the database ${path} ${match[1]}`, { code: "DATABASE", hint: match[2], cause });
}
