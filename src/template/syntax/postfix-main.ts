import { carriageReturn, empty, leadingHash, lineBreak, type Refusal, refuse } from "./unwritable-value.ts";

/** What `isspace` of the C locale holds; Postfix trims these around a value (src/util/split_nameval.c). */
export const outerBlank: Refusal = [/^[ \t\n\v\f\r]|[ \t\n\v\f\r]$/, "a blank at the beginning or the end"];

/** Begins a macro; two are one `$` (src/util/mac_parse.c), once: the text is expanded a single time. */
const doubled = (value: string): string => value.replaceAll("$", "$$$$");

/**
 * The right-hand side of a parameter in main.cf, or a piece of it, also at the start of a continued line: `$` is
 * doubled, everything else stands for itself. postconf(5); src/util/readlline.c, src/util/mac_parse.c.
 *
 * Not for the few parameters that Postfix expands at delivery (`luser_relay`, `forward_path`).
 *
 * @throws UnwritableValue for a line break, an outer blank, and a leading `#`: a continued line that begins with it
 * is a comment, so the value would vanish.
 */
export function escapePostfixMain(value: string): string {
  refuse(value, "main.cf", [lineBreak, outerBlank, leadingHash]);
  return doubled(value);
}

/**
 * One item of a parameter that is a list of names, hosts or networks (`mydestination`, `mynetworks`). Items end at
 * blanks and commas, and braces group (src/util/mystrtok.c); `!` excludes and `/` names a file of more items
 * (src/util/match_list.c).
 *
 * @throws UnwritableValue for all of these, an empty value, and what main.cf cannot hold.
 */
export function escapePostfixItem(value: string): string {
  refuse(value, "an item of a list in main.cf", [
    empty,
    lineBreak,
    carriageReturn,
    leadingHash,
    [/[ \t\v\f]/, "a blank"],
    [",", "a comma"],
    [/[{}]/, "a brace"],
    [/^[!/]/, "a value that begins with ! or /"],
  ]);
  return doubled(value);
}
