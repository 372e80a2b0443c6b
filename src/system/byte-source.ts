import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, readSync } from "node:fs";
import { MailwrightError } from "../errors.ts";
import { openLog } from "./open-log.ts";

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
 * it instead, and what was printed until then is read as all.
 */
export function programBytes(
  [program, ...args]: readonly [string, ...string[]],
  failed?: (reason: string) => void,
): ByteSource {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const pieces = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const end = endOf(child, program);
  let rest: Buffer | undefined;
  return {
    read: async (into) => {
      let filled = 0;
      while (filled < into.length) {
        if (rest === undefined || rest.length === 0) {
          const piece = await pieces.next();
          if (piece.done === true) {
            await (failed === undefined ? end : end.catch((error: Error) => failed(error.message)));
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

function endOf(child: ChildProcess, program: string): Promise<void> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-1000);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exit, signal) => {
      if (exit === 0 || signal !== null) resolve();
      else reject(new Error(said.trim() || `${program} ended with ${exit}`));
    });
  });
  // Nobody may be waiting for it yet.
  ended.catch(() => undefined);
  return ended;
}
