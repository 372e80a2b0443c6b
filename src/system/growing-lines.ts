import { spawn } from "node:child_process";
import { closeSync, fstatSync, readSync, statSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { openLog } from "./open-log.ts";
import type { Clock } from "./system.ts";

/** Milliseconds between two looks at a file, and how many bytes are read at a time. */
const pause = 400;
const mostNew = 1 << 20;

/** A line that has no end after so many characters is told of in pieces. */
const longest = 4 << 20;

/**
 * The lines that are written to a file from now on, without end, some at a time. A file that is moved away is read to its end,
 * and then the new one of its name, as logrotate(8) does it; one that is cut down (copytruncate) is read from its beginning.
 * `NO_LOG` where it cannot be read.
 */
export function appendedLines(path: string, clock: Pick<Clock, "sleep">): AsyncGenerator<string[]> {
  return linesBehind(path, opened(path, "end"), clock);
}

async function* linesBehind(
  path: string,
  current: Growing | undefined,
  clock: Pick<Clock, "sleep">,
): AsyncGenerator<string[]> {
  let open = current;
  const buffer = Buffer.allocUnsafe(mostNew);
  try {
    for (;;) {
      // Looked at first: what was written until it was moved is read before the new one.
      const isMoved = open !== undefined && inodeOf(path) !== open.inode;
      const { count, lines } = open === undefined ? nothing : newLines(open, buffer);
      if (lines.length > 0) yield lines;
      if (count > 0) continue;
      if (isMoved || open === undefined) {
        const next = opened(path, "start");
        if (next !== undefined) {
          if (open !== undefined) closeSync(open.descriptor);
          open = next;
          continue;
        }
      }
      await clock.sleep(pause);
    }
  } finally {
    if (open !== undefined) closeSync(open.descriptor);
  }
}

/** The lines that a program prints until it ends; what it complains of goes to standard error. */
export async function* printedLines([program, ...args]: readonly [string, ...string[]]): AsyncGenerator<
  string[]
> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  // One that cannot be started prints nothing.
  child.on("error", () => undefined);
  const partial = new Partial();
  try {
    for await (const piece of child.stdout) {
      const lines = partial.lines(piece);
      if (lines.length > 0) yield lines;
    }
  } finally {
    child.stdout.destroy();
    child.kill();
  }
}

interface Growing {
  readonly descriptor: number;
  readonly inode: number;
  partial: Partial;
  at: number;
}

/** There is no file for a moment, while it is rotated. */
function opened(path: string, from: "start" | "end"): Growing | undefined {
  const log = openLog(path);
  if (log === undefined) return undefined;
  const { descriptor, inode, size } = log;
  return { descriptor, inode, partial: new Partial(), at: from === "end" ? size : 0 };
}

const inodeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino;

/** What was read: bytes, and the lines that have ended. */
interface Read {
  readonly count: number;
  readonly lines: string[];
}

const nothing: Read = { count: 0, lines: [] };

function newLines(open: Growing, buffer: Buffer): Read {
  if (fstatSync(open.descriptor).size < open.at) {
    open.at = 0;
    open.partial = new Partial();
  }
  const count = readSync(open.descriptor, buffer, 0, buffer.length, open.at);
  open.at += count;
  return { count, lines: open.partial.lines(buffer.subarray(0, count)) };
}

/** Whole lines of what comes in pieces: one that is being written is told of when it ends. */
class Partial {
  private readonly decoder = new StringDecoder("utf8");
  private rest = "";

  lines(piece: Buffer): string[] {
    const parts = (this.rest + this.decoder.write(piece)).split("\n");
    this.rest = parts.pop() ?? "";
    if (this.rest.length > longest) {
      parts.push(this.rest);
      this.rest = "";
    }
    return parts;
  }
}
