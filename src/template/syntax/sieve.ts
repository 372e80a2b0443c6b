import { type Refusal, refuse } from "./unwritable-value.ts";

const refusals: readonly Refusal[] = [
  [/\r(?!\n)|(?<!\r)\n/, "a line break other than CR LF"],
  [
    /\$\{[^}]*\}/,
    "a dollar sign before text in braces, which the extensions variables and encoded-character replace",
  ],
];

/**
 * A quoted string of a Sieve script (RFC 5228, 2.4.2): quote and backslash get a backslash. A lone line feed would
 * become CR LF, and a lone carriage return is an error (lib-sieve/sieve-lexer.c of Pigeonhole).
 *
 * @throws UnwritableValue for these, and for `${…}`: there is no escape for it where a script requires `variables`
 * (RFC 5229) or `encoded-character` (RFC 5228, 2.4.2.4).
 */
export function escapeSieve(value: string): string {
  refuse(value, "a Sieve string", refusals);
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}

/**
 * A string after `:matches` that matches this text alone: `*`, `?` and backslash lose their meaning by a backslash
 * (RFC 5228, 2.7.1), then as any other string.
 *
 * @throws UnwritableValue as for any other string.
 */
export function escapeSievePattern(value: string): string {
  return escapeSieve(value.replace(/[*?\\]/g, "\\$&"));
}
