import { fstatSync, readlinkSync, writeSync } from "node:fs";
import type { OutputStream, Terminal } from "./terminal.ts";

/** Standard output and error of this process. */
export function processTerminal(environment: Readonly<Record<string, string | undefined>>): Terminal {
  return { output: stream(1, environment), error: stream(2, environment) };
}

function stream(descriptor: 1 | 2, environment: Readonly<Record<string, string | undefined>>): OutputStream {
  const isTerminal = isTerminalDevice(descriptor);
  const { NO_COLOR: noColour, FORCE_COLOR: forceColour, TERM: term } = environment;
  const wants = (isTerminal && term !== "dumb") || (forceColour !== undefined && forceColour !== "0");
  return {
    isTerminal,
    wantsColour: wants && (noColour === undefined || noColour === ""),
    get columns() {
      const { columns } = descriptor === 1 ? process.stdout : process.stderr;
      return (isTerminal && columns) || 80;
    },
    write: (text) => writeAll(descriptor, text),
  };
}

/** As isatty(3) would say; loading node:tty for it costs more than all else that `getprop` does. */
function isTerminalDevice(descriptor: number): boolean {
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
    return /^\/dev\/(pts\/|tty|console)/.test(readlinkSync(`/proc/self/fd/${descriptor}`));
  } catch {
    return false;
  }
}

/** Writes everything, also to a pipe that is full for a moment; a reader that has gone away ends the process. */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EPIPE") process.exit(0);
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
