import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** A file of lines. */
export interface AppendedFile {
  /** Those that were there when it was opened; one that was cut off is left out. */
  readonly lines: readonly string[];
  /** The line, and those before it, are durable when it returns. Throws where it cannot be written whole, and behind `close`. */
  append(line: string): void;
  /** Outlives the process, but perhaps not the machine: the disk is not waited for. Throws as `append` does. */
  jot(line: string): void;
  close(): void;
}

/** Writes bytes to a file and tells how many were written, which may be fewer. */
export type Write = (descriptor: number, bytes: Uint8Array) => number;

/** Opens it for the user alone, and makes it, and its folder, where they are missing. */
export function openAppended(path: string, write: Write = writeSync): AppendedFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const isNew = !existsSync(path);
  const descriptor = openSync(path, "a+", 0o600);
  if (isNew) syncFolder(dirname(path));
  const text = readFileSync(path, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  // What was cut off would run into the next line.
  let isBroken = whole.length < text.length;
  let isClosed = false;
  const jot = (line: string): void => {
    // The number may be that of another file by now.
    if (isClosed) throw new Error(`${path} is closed`);
    const bytes = Buffer.from(`${isBroken ? "\n" : ""}${line}\n`);
    isBroken = true;
    if (write(descriptor, bytes) < bytes.length) throw new Error(`${path}: no space for a whole line`);
    isBroken = false;
  };
  return {
    lines: whole.split("\n").filter(Boolean),
    append: (line) => {
      jot(line);
      fdatasyncSync(descriptor);
    },
    jot,
    close: () => {
      if (!isClosed) closeSync(descriptor);
      isClosed = true;
    },
  };
}

function syncFolder(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
