import { lineBreak, refuse, UnwritableValue } from "./unwritable-value.ts";

/** cron refuses a command of 999 bytes (cron.h, MAX_COMMAND); what this leaves is for the rest of the command. */
const longest = 800;

const inQuotes: Readonly<Record<string, string>> = { "'": "'\\''", "\\": "\\''", "%": "\\%" };

/**
 * One word of a command in a cron table. The shell reads it, so it stands in single quotes unless all of it is
 * harmless; and cron reads it before the shell: `%` ends the command but for a backslash before it, and of two
 * backslashes Debian's cron drops one, so that an empty pair of quotes keeps them apart. crontab(5); do_command.c.
 *
 * @throws UnwritableValue for a line break, and for more than 800 bytes.
 */
export function escapeCron(value: string): string {
  refuse(value, "a cron table", [lineBreak]);
  const plain = /^[\w./:@,+-]+$/.test(value);
  const token = plain ? value : `'${value.replace(/['\\%]/g, (character) => inQuotes[character] ?? "")}'`;
  if (Buffer.byteLength(token) > longest) {
    throw new UnwritableValue(`a cron table cannot hold a word of more than ${longest} bytes`);
  }
  return token;
}

/**
 * When a job runs: five fields, or a word such as `@daily`. crontab(5).
 *
 * @throws UnwritableValue for any other text.
 */
export function escapeCronSchedule(value: string): string {
  if (
    /^@[a-z]+$/.test(value) ||
    /^[\dA-Za-z*][\dA-Za-z*,/-]*(?: [\dA-Za-z*][\dA-Za-z*,/-]*){4}$/.test(value)
  ) {
    return value;
  }
  throw new UnwritableValue(
    "a cron table cannot hold a time other than five fields or a word such as @daily",
  );
}

/**
 * The value of a variable of a cron table (`MAILTO=`), in quotes, between which nothing has a meaning. env.c strips
 * blanks from the end even inside of quotes, and strips a second pair of quotes.
 *
 * @throws UnwritableValue for line breaks, blanks at the end, quotes of both kinds or around the value, and more
 * than 800 bytes.
 */
export function escapeCronEnvironment(value: string): string {
  refuse(value, "a variable of a cron table", [
    lineBreak,
    [/[ \t\v\f\r]$/, "a blank at the end"],
    [/^(?=.*").*'/su, "quotes of both kinds"],
    [/^(["']).*\1$/su, "a value in quotes"],
  ]);
  const quote = value.includes('"') ? "'" : '"';
  if (Buffer.byteLength(value) > longest) {
    throw new UnwritableValue(`a variable of a cron table cannot hold more than ${longest} bytes`);
  }
  return quote + value + quote;
}
