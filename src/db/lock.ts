import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { MailwrightError } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import { explain } from "./explain.ts";
import { makeFolderOf } from "./folder.ts";

/** Held until `release`, or until the process ends in whatever way. */
export interface Lock {
  release(): void;
}

/** Milliseconds between two tries. */
const interval = 50;

/**
 * Takes the lock, a SQLite transaction on a file of its own, so that the kernel frees it when its holder
 * dies. Waits up to `wait` milliseconds, then says who holds it (exit 6). `holder` describes this process.
 */
export async function takeLock(path: string, wait: number, holder: string): Promise<Lock> {
  const connection = open(path);
  for (const end = performance.now() + wait; ; await sleep(interval)) {
    try {
      connection.exec("BEGIN EXCLUSIVE");
      writeFileSync(holderPath(path), holder, { mode: 0o600 });
      break;
    } catch (cause) {
      const isHeld = /locked|busy/i.test(String(cause));
      if (isHeld && performance.now() < end) continue;
      connection.close();
      throw isHeld ? heldByAnother(path, wait, cause) : explain(cause, path);
    }
  }
  return { release: () => connection.close() };
}

/** Whether an error of `takeLock` says that another holds it. */
export function isLocked(error: unknown): boolean {
  return error instanceof MailwrightError && error.code === "LOCKED";
}

/** Milliseconds after which one who holds a lock is no other who only looks, and lets it go at once. */
const aLook = 60;

/** Whether another holds it; a lock that nobody ever took is not made. */
export async function isTaken(path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  try {
    (await takeLock(path, aLook, "")).release();
    return false;
  } catch (error) {
    if (isLocked(error)) return true;
    throw error;
  }
}

function open(path: string): DatabaseSync {
  try {
    makeFolderOf(path);
    closeSync(openSync(path, "a", 0o600));
    return new DatabaseSync(path);
  } catch (cause) {
    throw explain(cause, path);
  }
}

function holderPath(path: string): string {
  return `${path}.holder`;
}

function heldByAnother(path: string, wait: number, cause: unknown): MailwrightError {
  const holder = existsSync(holderPath(path)) ? readFileSync(holderPath(path), "utf8") : "another process";
  return new MailwrightError(`${holder} is at work; waited ${Math.round(wait / 1000)} s`, {
    code: "LOCKED",
    hint: "Nothing was touched. Try again, or wait longer: signal-event --wait 10m …",
    exit: ExitCode.locked,
    cause,
  });
}
