import { refused } from "../../errors.ts";
import { parseAge } from "../../format/times.ts";

/**
 * Since when, in milliseconds since 1970: a time back from now, such as `30m`, `12h` or `2d`, or a date with or without a
 * time, in local time. 0 where nothing is given.
 */
export function parseSince(text: string | boolean | undefined, now: number): number {
  if (text === undefined) return 0;
  const age = parseAge(String(text));
  if (age !== undefined) return now - age;
  const date = /^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?$/.test(String(text))
    ? new Date(
        String(text)
          .replace(" ", "T")
          .replace(/^(\d{4}-\d\d-\d\d)$/, "$1T00:00"),
      )
    : undefined;
  if (date !== undefined && !Number.isNaN(date.getTime())) return date.getTime();
  throw refused(
    `--since: ${text} is refused`,
    "USAGE",
    "accepted: a time back from now as 30m, 12h or 2d, or a date as 2026-11-25 or '2026-11-25 14:30'",
  );
}
