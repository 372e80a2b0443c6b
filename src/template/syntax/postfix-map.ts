import { outerBlank } from "./postfix-main.ts";
import { empty, leadingHash, lineBreak, refuse, UnwritableValue } from "./unwritable-value.ts";

/**
 * A lookup key, or a result or a piece of one, wherever in the line it stands: nothing is changed, and nothing that
 * could end a key or quote in it is let through. postmap(1); src/postmap/postmap.c, src/util/dict_thash.c.
 *
 * @throws UnwritableValue for a blank, a quote, a backslash, a leading `#` and an empty value.
 */
export function escapePostfixMap(value: string): string {
  refuse(value, "a token of a Postfix table", [
    empty,
    leadingHash,
    lineBreak,
    [/[ \t\v\f\r]/, "a blank"],
    [/["\\]/, "a quote or backslash"],
  ]);
  return value;
}

/**
 * A whole lookup key. Postfix keeps the quotes and backslashes of a key as part of it: they only save the blanks
 * that they surround from ending the key. So a key is written as it is, if it survives the scan of dict_thash.c.
 *
 * @throws UnwritableValue for a blank outside of quotes, unpaired quotes, a trailing backslash, a leading `#`, a
 * line break and an empty value.
 */
export function escapePostfixKey(value: string): string {
  refuse(value, "the key of a Postfix table", [empty, leadingHash, lineBreak]);
  let quoted = false;
  for (let at = 0; at < value.length; at++) {
    const character = value.charAt(at);
    if (character === "\\") at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && /[ \t\v\f\r]/.test(character)) {
      throw new UnwritableValue("the key of a Postfix table cannot hold a blank outside of quotes");
    }
    if (at === value.length) {
      throw new UnwritableValue("the key of a Postfix table cannot end with a single backslash");
    }
  }
  if (quoted) throw new UnwritableValue("the key of a Postfix table cannot hold an unpaired quote");
  return value;
}

/**
 * All that follows the key on its line. Quotes and backslashes mean nothing there.
 *
 * @throws UnwritableValue for an outer blank, a line break and an empty value.
 */
export function escapePostfixResult(value: string): string {
  refuse(value, "the result of a Postfix table", [empty, lineBreak, outerBlank]);
  return value;
}
