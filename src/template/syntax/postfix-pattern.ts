import { outerBlank } from "./postfix-main.ts";
import { empty, lineBreak, refuse, UnwritableValue } from "./unwritable-value.ts";

/** PCRE compiles no pattern of more than 64 KB; the limit leaves room for several of them. */
const longest = 8000;

/**
 * A piece of a pattern between `/` and `/` in a regexp: or pcre: table that matches exactly this text: each
 * character with a meaning gets a backslash, which both kinds read alike. regexp_table(5), pcre_table(5).
 * Case is the table's business (it is ignored unless the pattern has the flag `i`).
 *
 * @throws UnwritableValue for a line break, and for an empty value: an empty pattern matches everything; and for
 * more than 8000 bytes.
 */
export function escapePostfixPattern(value: string): string {
  refuse(value, "a pattern of a Postfix table", [empty, lineBreak]);
  if (Buffer.byteLength(value) > longest) {
    throw new UnwritableValue(`a pattern of a Postfix table cannot hold more than ${longest} bytes`);
  }
  return value.replace(/[\\^$.[\]|()?*+{}/]/g, "\\$&");
}

/**
 * The result of a regexp: or pcre: table, where `$1` stands for what was matched: `$` is doubled.
 *
 * @throws UnwritableValue for an outer blank, a line break and an empty value.
 */
export function escapePostfixPatternResult(value: string): string {
  refuse(value, "the result of a Postfix table", [empty, lineBreak, outerBlank]);
  return value.replaceAll("$", "$$$$");
}
