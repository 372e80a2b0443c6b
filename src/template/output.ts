/** A property that a line was made of: `rspamd QuarantineAccount`. */
export interface Use {
  readonly source: string;
  readonly secret: boolean;
}

/** Where a line of a made file comes from. */
export interface Origin {
  /** The fragment's path. */
  readonly fragment: string;
  readonly line: number;
  readonly uses: readonly Use[];
}

/** Text whose escaping is done; it is written as it is. */
export class Raw {
  constructor(
    readonly text: string,
    readonly uses: readonly Use[],
  ) {}

  toString(): string {
    return this.text;
  }
}

/** A value to be written by another rule of the file's syntax than its usual one: `{{as "key" value}}`. */
export class Variant {
  constructor(
    readonly name: string,
    readonly value: unknown,
  ) {}
}

/** Gathers the text of one file and, for each of its lines, where the line comes from. */
export class Output {
  private readonly pieces: string[] = [];
  private readonly origins: Origin[] = [];
  private current: { fragment: string; line: number; uses: Use[] } | undefined;
  private atLineStart = true;

  /** Appends text that a fragment's line made, out of the properties in `uses`. */
  write(text: string, fragment: string, line: number, uses: readonly Use[]): void {
    // A value that is empty leaves no text, and yet the line is made of it.
    if (text === "") {
      this.note(fragment, line, uses);
      return;
    }
    this.pieces.push(text);
    let sourceLine = line;
    for (let start = 0; start < text.length; sourceLine++) {
      const end = text.indexOf("\n", start);
      const current = this.note(fragment, sourceLine, uses);
      this.atLineStart = end >= 0;
      if (end < 0) return;
      this.origins.push(current);
      this.current = undefined;
      start = end + 1;
    }
  }

  /** Ends an unfinished line, so that the next fragment starts on one of its own. */
  endLine(fragment: string): void {
    if (!this.atLineStart) this.write("\n", fragment, this.current?.line ?? 1, []);
    this.current = undefined;
  }

  /** The line at hand, which is made of these properties too. */
  private note(fragment: string, line: number, uses: readonly Use[]): NonNullable<Output["current"]> {
    this.current ??= { fragment, line, uses: [] };
    for (const use of uses) {
      if (!this.current.uses.some(({ source }) => source === use.source)) this.current.uses.push(use);
    }
    return this.current;
  }

  get text(): string {
    return this.pieces.join("");
  }

  /** One entry for each line of `text`. */
  get lines(): readonly Origin[] {
    return this.origins;
  }
}
