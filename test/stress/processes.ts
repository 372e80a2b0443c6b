import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { onTestFinished } from "vitest";
import { builtExecutable } from "../cli/built-executable.ts";

interface Ended {
  readonly exit: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}

/** A built command in a process of its own, without a shell between. */
export function start(program: string, root: string, args: readonly string[]): ChildProcess {
  return spawn(builtExecutable(program), args, {
    env: { PATH: process.env["PATH"], MAILWRIGHT_ROOT: root, LOGNAME: "tester" },
    stdio: ["ignore", "ignore", "pipe"],
  });
}

export function ended(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (exit, signal) => resolve({ exit, signal, stderr }));
  });
}

export const run = (program: string, root: string, ...args: readonly string[]): Promise<Ended> =>
  ended(start(program, root, args));

/** A new folder on a disk, for fsync is part of what is tried. */
export function temporaryRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "mailwright-stress-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

export const databaseOf = (root: string): string => join(root, "var/lib/mailwright/mailwright.db");

/** What SQLite itself says of the file: `ok`, or what is wrong. */
export function integrityOf(root: string): string {
  return String(rowsOf(root, "PRAGMA integrity_check").map((row) => row["integrity_check"]));
}

export function rowsOf(root: string, sql: string): Record<string, unknown>[] {
  const connection = new DatabaseSync(databaseOf(root));
  try {
    return connection.prepare(sql).all() as Record<string, unknown>[];
  } finally {
    connection.close();
  }
}
