import { fstatSync, readlinkSync, writeSync } from "node:fs";
import type { Asker } from "../commands/context.ts";
import type { OutputStream, Terminal } from "./terminal.ts";

/** Standard input, output and error of this process. */
export function processTerminal(environment: Readonly<Record<string, string | undefined>>): Terminal {
  return {
    output: stream(1, environment),
    error: stream(2, environment),
    get asker() {
      return isTerminalDevice(0) && isTerminalDevice(2) ? asker : undefined;
    },
  };
}

/** Loaded when it is needed: commands that ask are few. */
const asker: Asker = {
  confirm: async (question) => (await import("./ask.ts")).confirm(question),
  secret: async (prompt) => (await import("./ask.ts")).secret(prompt),
};

function stream(descriptor: 1 | 2, environment: Readonly<Record<string, string | undefined>>): OutputStream {
  let isGone = false;
  return {
    get isTerminal() {
      return isTerminalDevice(descriptor);
    },
    get wantsColour() {
      const { NO_COLOR: noColour, FORCE_COLOR: forceColour, TERM: term } = environment;
      const isForced = forceColour !== undefined && forceColour !== "0";
      return !noColour && (isForced || (term !== "dumb" && this.isTerminal));
    },
    get columns() {
      const { columns } = descriptor === 1 ? process.stdout : process.stderr;
      return (this.isTerminal && columns) || 80;
    },
    get isGone() {
      return isGone;
    },
    write: (text) => {
      isGone = !writeAll(descriptor, text);
    },
  };
}

/** As isatty(3) would say; loading node:tty for it costs more than all else that `getprop` does. */
function isTerminalDevice(descriptor: 0 | 1 | 2): boolean {
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
    return /^\/dev\/(pts\/|tty|console)/.test(readlinkSync(`/proc/self/fd/${descriptor}`));
  } catch {
    return false;
  }
}

/** A pipe takes so many bytes as one piece, or none (PIPE_BUF, pipe(7)); a character has at most four. */
const onePiece = 4096 / 4;

/**
 * Writes everything, also to a pipe that is full for a moment. A reader that has gone away is no failure: the
 * command goes on, for an event must not end halfway because nobody reads its progress. Returns whether somebody reads.
 */
function writeAll(descriptor: number, text: string | Uint8Array): boolean {
  if (typeof text === "string" && text.length <= onePiece)
    return patiently(() => writeSync(descriptor, text)) !== undefined;
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    const count = patiently(() => writeSync(descriptor, bytes, at));
    if (count === undefined) return false;
    at += count;
  }
  return true;
}

/** A pipe whose reader has ended, and a terminal whose line is lost. */
const gone: ReadonlySet<string> = new Set(["EPIPE", "EIO", "ENXIO"]);

/** What was written, or `undefined` where nobody reads any more. */
function patiently(write: () => number): number | undefined {
  for (;;) {
    try {
      return write();
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (typeof code === "string" && gone.has(code)) return undefined;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
