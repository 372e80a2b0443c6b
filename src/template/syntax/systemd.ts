import { asciiControl, carriageReturn, lineBreak, type Refusal, refuse } from "./unwritable-value.ts";

const place = "a systemd unit";

/** An empty right-hand side takes back what was set before. */
const reset: Refusal = [/^$/, "an empty value"];

/**
 * A value that means the same in every setting, quoted or not, with specifiers or without (a user, a time span, a
 * path): written as it is.
 *
 * @throws UnwritableValue for blanks, quotes, backslash, `$`, `%`, a leading `#` or `;`, and an empty value; most
 * of these can be written as `text`, `word` or `exec`.
 */
export function escapeSystemd(value: string): string {
  refuse(value, place, [
    reset,
    [/\s|\p{Cc}/u, "a blank"],
    [/["'\\]/, "a quote or backslash"],
    [/[$%]/, "$ or %"],
    [/^[#;]/, "a value that begins with # or ;"],
  ]);
  return value;
}

/**
 * All of a setting that is free text with specifiers (`Description=`): `%` is doubled; quotes and backslashes stand
 * for themselves. systemd.unit(5); src/shared/conf-parser.c of systemd 252.
 *
 * @throws UnwritableValue for line ends, outer blanks, an odd number of backslashes at the end (it would continue
 * the line) and an empty value.
 */
export function escapeSystemdText(value: string): string {
  refuse(value, place, [
    reset,
    lineBreak,
    carriageReturn,
    [/^[ \t]|[ \t]$/, "a blank at the beginning or the end"],
    [/(?<!\\)(?:\\\\)*\\$/, "a backslash at the end"],
  ]);
  return value.replaceAll("%", "%%");
}

/**
 * One word of a setting that is a list with quoting (`Environment=`), or a piece of one: in double quotes, with C
 * escapes, `%` doubled. systemd.syntax(7); src/basic/extract-word.c.
 *
 * @throws UnwritableValue only for what is no text.
 */
export function escapeSystemdWord(value: string): string {
  refuse(value, place, []);
  const escaped = value
    .replace(/["\\]/g, "\\$&")
    .replace(asciiControl, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`)
    .replaceAll("%", "%%");
  return `"${escaped}"`;
}

/**
 * One argument of a command (`ExecStart=`), not the command itself: as a word, and `$`, which would name a
 * variable of the environment, is doubled. systemd.service(5), "Command lines".
 *
 * @throws UnwritableValue only for what is no text.
 */
export function escapeSystemdExec(value: string): string {
  return escapeSystemdWord(value).replaceAll("$", "$$$$");
}
