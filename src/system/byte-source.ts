import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, readSync } from "node:fs";
import { MailwrightError } from "../errors.ts";
import { openLog } from "./open-log.ts";
import { killWithThisProcess } from "./own-children.ts";

/** Bytes that are read once, from the beginning to the end. */
export interface ByteSource {
  /** Fills the buffer, or less of it at the end; returns how many bytes were read, 0 when there are no more. */
  read(into: Buffer): Promise<number>;
  /** Nothing is read afterwards. */
  close(): void;
}

/** A log's bytes; `NO_LOG` where they cannot be read. */
export function fileBytes(path: string): ByteSource {
  const opened = openLog(path);
  if (opened === undefined)
    throw new MailwrightError(`there is no log ${path}`, { code: "NO_LOG", hint: "see: ls /var/log" });
  const { descriptor } = opened;
  let at = 0;
  return {
    read: async (into) => {
      let filled = 0;
      while (filled < into.length) {
        const count = readSync(descriptor, into, filled, into.length - filled, at);
        if (count === 0) break;
        filled += count;
        at += count;
      }
      return filled;
    },
    close: () => closeSync(descriptor),
  };
}

/**
 * What a program prints. One that fails ends the bytes with an error that has what it said; where there is `failed`, that hears
 * it instead, and what was printed until then is read as all. One that has not ended after `timeout` milliseconds is killed, and
 * the bytes end with an error. None outlives this process.
 */
export function programBytes(
  [program, ...args]: readonly [string, ...string[]],
  failed?: (reason: string) => void,
  timeout?: number,
): ByteSource {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  killWithThisProcess(child, () => child.kill("SIGKILL"));
  const pieces = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const end = endOf(child, program);
  const late = timeout === undefined ? undefined : lateness(child, program, timeout);
  const inTime = <T>(work: Promise<T>): Promise<T> =>
    late === undefined ? work : Promise.race([work, late]);
  let rest: Buffer | undefined;
  return {
    read: async (into) => {
      let filled = 0;
      while (filled < into.length) {
        if (rest === undefined || rest.length === 0) {
          const piece = await inTime(pieces.next());
          if (piece.done === true) {
            await (failed === undefined ? inTime(end) : end.catch((error: Error) => failed(error.message)));
            break;
          }
          rest = piece.value;
        }
        const count = rest.copy(into, filled);
        rest = rest.subarray(count);
        filled += count;
      }
      return filled;
    },
    close: () => {
      child.stdout.destroy();
      child.kill();
    },
  };
}

/** Rejects when the time is over, and kills the program then; a child of its own may hold its output for longer. */
function lateness(child: ChildProcess, program: string, timeout: number): Promise<never> {
  const late = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`${program} has not ended within ${timeout / 1000} s`));
    }, timeout);
    child.on("close", () => clearTimeout(timer));
    child.on("error", () => clearTimeout(timer));
  });
  // Nobody may be waiting for it any more.
  late.catch(() => undefined);
  return late;
}

function endOf(child: ChildProcess, program: string): Promise<void> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-1000);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exit, signal) => {
      if (exit === 0) resolve();
      else reject(new Error(said.trim() || `${program} ended with ${signal ?? exit}`));
    });
  });
  // Nobody may be waiting for it yet.
  ended.catch(() => undefined);
  return ended;
}
