import type { ByteSource } from "../system/byte-source.ts";

/** Bytes that are looked through at a time, and how many such pieces stay for a needle that is found out later. */
const windowSize = 256 << 10;
const windowsKept = 16;

const lineBreak = 0x0a;

/** What lines are searched for. More may be added while a search goes on. */
export class Needles {
  private readonly known = new Set<string>();
  readonly exact: Buffer[] = [];
  /** In lower case; what is searched is compared so. */
  readonly folded: Buffer[] = [];

  add(text: string): boolean {
    if (text === "" || this.known.has(text)) return false;
    this.known.add(text);
    this.exact.push(Buffer.from(text));
    return true;
  }

  /** ASCII letters are compared without case. */
  addFolded(text: string): void {
    this.folded.push(Buffer.from(text.toLowerCase()));
  }
}

/** A line, and where it begins in its source. */
export interface FoundLine {
  readonly line: string;
  readonly offset: number;
}

/**
 * Tells of each line that holds a needle, once; in no certain order, for one that is added on the way is also looked for
 * in some megabytes before. Holds a few megabytes, however long the source is.
 */
export async function searchLines(
  source: ByteSource,
  needles: Needles,
  tell: (found: FoundLine) => void,
): Promise<void> {
  const seen = new Set<number>();
  const recent: Window[] = [];
  for await (const window of windows(source)) {
    recent.push(window);
    const known = needles.exact.length;
    for (let index = 0; index < needles.exact.length; index++) {
      const needle = needles.exact[index];
      if (needle === undefined) continue;
      for (const one of index < known ? [window] : recent) searchWindow(one, one.text, needle, seen, tell);
    }
    if (needles.folded.length > 0) {
      const lower = lowered(window.text);
      for (const needle of needles.folded) searchWindow(window, lower, needle, seen, tell);
    }
    if (recent.length > windowsKept) recent.shift();
  }
}

/** Whole lines of a source, and where they begin in it. */
interface Window {
  readonly text: Buffer;
  readonly base: number;
}

/**
 * Small enough for the processor's cache, which makes the search several times as quick. The memory of a window is used
 * again when `windowsKept` others have come after it.
 */
async function* windows(source: ByteSource): AsyncGenerator<Window> {
  const ring = Array.from({ length: windowsKept + 2 }, () => Buffer.allocUnsafe(windowSize));
  let rest = Buffer.alloc(0);
  let base = 0;
  for (let turn = 0; ; turn++) {
    const buffer = ring[turn % ring.length] ?? Buffer.alloc(0);
    rest.copy(buffer);
    const end = rest.length + (await source.read(buffer.subarray(rest.length)));
    const isLast = end < buffer.length;
    const lineEnd = buffer.lastIndexOf(lineBreak, end - 1) + 1;
    // A line that fills the window is taken in pieces.
    const complete = isLast || lineEnd === 0 ? end : lineEnd;
    if (complete > 0) yield { text: buffer.subarray(0, complete), base };
    if (isLast) return;
    base += complete;
    rest = buffer.subarray(complete, end);
  }
}

function searchWindow(
  { text, base }: Window,
  searched: Buffer,
  needle: Buffer,
  seen: Set<number>,
  tell: (found: FoundLine) => void,
): void {
  for (let at = searched.indexOf(needle); at >= 0; at = searched.indexOf(needle, at)) {
    const start = at === 0 ? 0 : text.lastIndexOf(lineBreak, at - 1) + 1;
    const next = text.indexOf(lineBreak, at);
    const stop = next < 0 ? text.length : next;
    if (!seen.has(base + start)) {
      seen.add(base + start);
      tell({ line: text.toString("utf8", start, stop), offset: base + start });
    }
    at = Math.max(at + 1, stop);
  }
}

/** Tells of every line, in order. */
export async function readLines(source: ByteSource, tell: (found: FoundLine) => void): Promise<void> {
  for await (const { text, base } of windows(source)) {
    for (let at = 0; at < text.length; ) {
      const next = text.indexOf(lineBreak, at);
      const stop = next < 0 ? text.length : next;
      tell({ line: text.toString("utf8", at, stop), offset: base + at });
      at = stop + 1;
    }
  }
}

function lowered(bytes: Buffer): Buffer {
  const lower = Buffer.allocUnsafe(bytes.length);
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    lower[index] = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
  }
  return lower;
}
