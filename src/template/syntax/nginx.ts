import { refuse, UnwritableValue } from "./unwritable-value.ts";

/** nginx reads its file in pieces of 4096 bytes, and a parameter must fit into one. */
const longest = 4000;

/**
 * A parameter of an nginx directive, in double quotes: quote and backslash get a backslash; line feed, carriage
 * return and tab are \n, \r and \t. src/core/ngx_conf_file.c, ngx_conf_read_token.
 *
 * @throws UnwritableValue for `$`, which names a variable and cannot be escaped, and for more than 4000 bytes.
 */
export function escapeNginx(value: string): string {
  refuse(value, "an nginx file", [["$", "a dollar sign"]]);
  const escaped = value
    .replace(/["\\]/g, "\\$&")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  if (Buffer.byteLength(escaped) > longest) {
    throw new UnwritableValue(`an nginx file cannot hold a value of more than ${longest} bytes`);
  }
  return `"${escaped}"`;
}
