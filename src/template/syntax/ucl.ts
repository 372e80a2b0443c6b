import { asciiControl, empty, refuse, UnwritableValue } from "./unwritable-value.ts";

const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * A string of a Rspamd file: a JSON string. Two characters that JSON leaves alone are written as \uXXXX:
 *
 * - `$`, because libucl replaces `$VAR` and `${VAR}` in a string, and knows no escape for it. It looks for the
 *   character before it resolves the escapes, and finds none (contrib/libucl/ucl_parser.c, ucl_lex_json_string).
 * - `{`, because Rspamd 3 sends each file through a template engine first, in which `{=`, `{%` and `{#` begin code
 *   (src/libserver/cfg_rcl.c, rspamd_rcl_jinja_handler; lualib/lua_util.lua).
 *
 * @throws UnwritableValue only for what is no text: NUL and half of a surrogate pair.
 */
export function escapeUcl(value: string): string {
  refuse(value, "a Rspamd file", []);
  const escaped = value.replace(/["\\]/g, "\\$&").replace(/[${]/g, unicode).replace(asciiControl, unicode);
  return `"${escaped}"`;
}

/**
 * The key of an object in a Rspamd file: a string.
 *
 * @throws UnwritableValue for an empty key, which libucl refuses, and as for any other string.
 */
export function escapeUclKey(value: string): string {
  refuse(value, "a key in a Rspamd file", [empty]);
  return escapeUcl(value);
}

/**
 * The text of a number, as the number: `15`, `-0.5`, `20mb`, `10s`. Rspamd takes no text where it wants a number.
 *
 * @throws UnwritableValue for any other text.
 */
export function escapeUclNumber(value: string): string {
  if (/^-?\d+(?:\.\d+)?(?:[kmg]b?|ms|s|min|h|d|w|y)?$/i.test(value)) return value;
  throw new UnwritableValue("a number in a Rspamd file cannot be written so");
}
