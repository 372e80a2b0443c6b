/**
 * A value that the file's own reader could not read back unchanged. The message is a piece of a sentence such as
 * `dovecot.conf cannot hold a line break`; who throws it on adds the key, the property and the fragment.
 */
export class UnwritableValue extends Error {
  override readonly name = "UnwritableValue";
}

/** What is looked for in a value, and its name with an article. */
export type Refusal = readonly [found: string | RegExp, what: string];

/** No C program reads past a NUL, and half of a surrogate pair has no UTF-8. */
const notText: readonly Refusal[] = [
  ["\0", "a NUL character"],
  [/\p{Cs}/u, "half of a surrogate pair"],
];

export const lineBreak: Refusal = ["\n", "a line break"];
export const carriageReturn: Refusal = ["\r", "a carriage return"];
export const empty: Refusal = [/^$/, "an empty value"];
/** At the start of a line it would make the line a comment. */
export const leadingHash: Refusal = [/^#/, "a value that begins with #"];

/** The ASCII control characters, DEL among them; not those of Latin-1, which UTF-8 writes in two bytes. */
export const asciiControl = /[^\P{Cc}\u0080-\u009f]/gu;

/** Throws for the first of the refusals that the value meets; text that is no UTF-8 is refused in every file. */
export function refuse(value: string, place: string, refusals: readonly Refusal[]): void {
  for (const [found, what] of [...notText, ...refusals]) {
    if (typeof found === "string" ? value.includes(found) : found.test(value)) {
      throw new UnwritableValue(`${place} cannot hold ${what}`);
    }
  }
}
