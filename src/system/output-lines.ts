import type { Readable } from "node:stream";

/** More than this of one stream is not kept; of a longer one the end is. */
const keptCharacters = 1_000_000;

/** A longer line is cut here, in characters: a program may never end it. */
const lineCharacters = 64 * 1024;

/**
 * Gathers what a process prints to one stream, and tells of each line as it comes. A process that could not be
 * started may have no stream.
 */
export class OutputLines {
  private kept = "";
  /** At most one character more than a line may have, which shows that it is to be cut. */
  private unfinished = "";

  constructor(
    stream: Readable | null | undefined,
    private readonly onLine: ((line: string) => void) | undefined,
  ) {
    stream?.setEncoding("utf8");
    stream?.on("data", (text: string) => this.take(text));
    // What came before the stream broke is kept.
    stream?.on("error", () => undefined);
  }

  /** Tells of a last line without a line break; returns all that is kept. */
  end(): string {
    if (this.unfinished !== "") this.endLine();
    return this.kept.slice(-keptCharacters);
  }

  private take(text: string): void {
    this.kept += text;
    // Not sooner, so that a long output is not copied with every piece of it that arrives.
    if (this.kept.length > 2 * keptCharacters) this.kept = this.kept.slice(-keptCharacters);
    if (this.onLine === undefined) return;
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      this.extend(text.slice(start, end));
      this.endLine();
      start = end + 1;
    }
    this.extend(text.slice(start));
  }

  private extend(text: string): void {
    const room = lineCharacters + 1 - this.unfinished.length;
    if (room > 0) this.unfinished += text.slice(0, room);
  }

  private endLine(): void {
    const line = this.unfinished;
    this.unfinished = "";
    const isTooLong = line.length > lineCharacters;
    this.onLine?.(isTooLong ? `${line.slice(0, lineCharacters)}…` : withoutReturn(line));
  }
}

const withoutReturn = (line: string): string => (line.endsWith("\r") ? line.slice(0, -1) : line);
