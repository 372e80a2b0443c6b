import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { busyTimeout } from "./explain.ts";

/** What SQLite says is wrong with the file; empty where it is whole, or not there. Reads all of it, and changes nothing. */
export function databaseFaults(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(path, { readOnly: true });
    connection.exec(`PRAGMA busy_timeout=${busyTimeout}`);
    const rows = connection.prepare("PRAGMA quick_check").all() as { quick_check: string }[];
    const lines = rows.flatMap(({ quick_check: text }) => text.split("\n"));
    return lines.filter((line) => line !== "ok" && !line.startsWith("***"));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    connection?.close();
  }
}
