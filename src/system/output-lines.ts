import type { Readable } from "node:stream";

/** More than this of one stream is not kept; of a longer one the end is. */
const keptCharacters = 1_000_000;

/** Gathers what a process prints to one stream, and tells of each line as it comes. */
export class OutputLines {
  private kept = "";
  private unfinished = "";

  constructor(
    stream: Readable,
    private readonly onLine: ((line: string) => void) | undefined,
  ) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => this.take(text));
    // What came before the stream broke is kept.
    stream.on("error", () => undefined);
  }

  /** Tells of a last line without a line break; returns all that is kept. */
  end(): string {
    if (this.unfinished !== "") this.onLine?.(withoutReturn(this.unfinished));
    this.unfinished = "";
    return this.kept;
  }

  private take(text: string): void {
    this.kept = (this.kept + text).slice(-keptCharacters);
    if (this.onLine === undefined) return;
    const lines = (this.unfinished + text).split("\n");
    this.unfinished = lines.pop() ?? "";
    for (const line of lines) this.onLine(withoutReturn(line));
  }
}

const withoutReturn = (line: string): string => (line.endsWith("\r") ? line.slice(0, -1) : line);
