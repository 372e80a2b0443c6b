import { closeSync, fdatasyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** A file of lines. */
export interface AppendedFile {
  /** Those that were there when it was opened; one that was cut off is left out. */
  readonly lines: readonly string[];
  /** The line, and those before it, are durable when it returns. */
  append(line: string): void;
  /** Outlives the process, but perhaps not the machine: the disk is not waited for. */
  jot(line: string): void;
  close(): void;
}

/** Opens it for the user alone, and makes it, and its folder, where they are missing. */
export function openAppended(path: string): AppendedFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const descriptor = openSync(path, "a+", 0o600);
  const text = readFileSync(path, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  // What was cut off would run into the next line.
  if (whole.length < text.length) writeSync(descriptor, "\n");
  return {
    lines: whole.split("\n").filter(Boolean),
    append: (line) => {
      writeSync(descriptor, `${line}\n`);
      fdatasyncSync(descriptor);
    },
    jot: (line) => void writeSync(descriptor, `${line}\n`),
    close: () => closeSync(descriptor),
  };
}
