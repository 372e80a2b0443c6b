/**
 * A piece of a manual page. Text is prose with two marks: `literal` text in backquotes, which is set bold, and a
 * ‹placeholder› in angle quotes, which is set in italics. References such as `postconf(5)` need no mark.
 */
export type Block =
  | string
  /** Lines that are kept as they are. */
  | { readonly code: readonly string[] }
  /** What is explained, and its explanation. */
  | { readonly terms: readonly Term[] }
  /** A heading within a section. */
  | { readonly heading: string };

export type Term = readonly [term: string, ...body: Block[]];

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export interface Page {
  readonly name: string;
  /** Of the manual: 1 commands, 5 files, 7 the rest. */
  readonly section: 1 | 5 | 7;
  readonly summary: string;
  readonly sections: readonly Section[];
}

/** The day on which prose of the pages was last revised. */
export const revised = "2026-11-25";

/** A synopsis with its marks: words in capitals are placeholders, all else but brackets is literal. */
export function usage(text: string): string {
  return text.replace(/[A-Z]{2,}|[a-z-][\w-]*/g, (word) =>
    /^[A-Z]/.test(word) ? `‹${word}›` : `\`${word}\``,
  );
}

/** `SEE ALSO`, in the order of sections and names. */
export function seeAlso(...references: readonly string[]): Section {
  const order = (reference: string): string => `${reference.slice(-2)}${reference}`;
  const sorted = [...references].sort((left, right) => (order(left) < order(right) ? -1 : 1));
  return { title: "SEE ALSO", blocks: [sorted.join(", ")] };
}
