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

const noUses: readonly Use[] = [];

/** Text is joined from so many pieces, so that the pieces of a long file need not all be kept. */
const piecesAtOnce = 8192;

/** Gathers the text of one file and, for each of its lines, where the line comes from. */
export class Output {
  private readonly pieces: string[] = [];
  private made = "";
  private readonly origins: Origin[] = [];
  /** The last origin of each line of the fragment at hand: a loop makes many lines that come from one place. */
  private readonly latest = new Map<number, Origin>();
  private fragment = "";
  /** The fragment's line that the line at hand began with; 0 before it begins. */
  private line = 0;
  private uses: readonly Use[] = noUses;
  private atLineStart = true;

  /** Appends text that a fragment's line made, out of the properties in `uses`. */
  write(text: string, fragment: string, line: number, uses: readonly Use[]): void {
    // A value that is empty leaves no text, and yet the line is made of it.
    if (text === "") {
      this.note(fragment, line, uses);
      return;
    }
    if (this.pieces.push(text) === piecesAtOnce) this.join();
    let sourceLine = line;
    for (let start = 0; start < text.length; sourceLine++) {
      const end = text.indexOf("\n", start);
      this.note(fragment, sourceLine, uses);
      this.atLineStart = end >= 0;
      if (end < 0) return;
      this.origins.push(this.origin());
      this.forget();
      start = end + 1;
    }
  }

  /** Ends an unfinished line, so that the next fragment starts on one of its own. */
  endLine(fragment: string): void {
    if (!this.atLineStart) this.write("\n", fragment, this.line || 1, noUses);
    this.forget();
  }

  /** The line at hand is made of these properties too. */
  private note(fragment: string, line: number, uses: readonly Use[]): void {
    if (this.line === 0) {
      if (fragment !== this.fragment) this.latest.clear();
      this.fragment = fragment;
      this.line = line;
    }
    for (const use of uses) {
      if (!this.uses.some(({ source }) => source === use.source)) this.uses = [...this.uses, use];
    }
  }

  private origin(): Origin {
    const { fragment, line, uses } = this;
    const last = this.latest.get(line);
    if (last !== undefined && isSame(last.uses, uses)) return last;
    const origin = { fragment, line, uses };
    this.latest.set(line, origin);
    return origin;
  }

  private join(): void {
    this.made += this.pieces.join("");
    this.pieces.length = 0;
  }

  private forget(): void {
    this.line = 0;
    this.uses = noUses;
  }

  get text(): string {
    this.join();
    return this.made;
  }

  /** One entry for each line of `text`. */
  get lines(): readonly Origin[] {
    return this.origins;
  }
}

function isSame(left: readonly Use[], right: readonly Use[]): boolean {
  return (
    left.length === right.length &&
    left.every(
      ({ source, secret }, index) => source === right[index]?.source && secret === right[index].secret,
    )
  );
}
