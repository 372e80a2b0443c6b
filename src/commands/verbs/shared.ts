import { refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { propsOf, type Setting } from "../../mail/settings.ts";
import type { Result } from "../command.ts";
import type { ReadSession } from "../verb.ts";

/** Silence and the exit status: what scripts test for. */
export const notFound: Result = { exit: ExitCode.failed };
export const done: Result = { exit: ExitCode.done };

/**
 * Lines for standard output, or `data` for `--json`; the answer to a question about nothing is exit status 1.
 */
export function lines(all: readonly string[], data: unknown): Result {
  if (all.length === 0) return notFound;
  return { exit: ExitCode.done, text: all.map((line) => `${line}\n`).join(""), data };
}

export function findRecord(session: ReadSession, key: string): Setting | undefined {
  const record = session.settings.record(session.database, key);
  return session.storedOnly && record?.isStored === false ? undefined : record;
}

export function allRecords(session: ReadSession): Setting[] {
  const records = [...session.settings.records(session.database)];
  return session.storedOnly ? records.filter(({ isStored }) => isStored) : records;
}

/** The lines of the record at a key, or those of all records where no key is given. */
export function recordLines(
  session: ReadSession,
  key: string | undefined,
  linesOf: (record: Setting) => string[],
): Result {
  const found = key === undefined ? allRecords(session) : [findRecord(session, key) ?? []].flat();
  const data = found.map((record) => jsonRecord(session, record));
  return lines(found.flatMap(linesOf), key === undefined ? data : data[0]);
}

export function propertiesOf(session: ReadSession, record: Setting): readonly (readonly [string, string])[] {
  return session.storedOnly ? [...record.stored] : propsOf(record);
}

/** On one line: a line break within a value is shown as `\n`. */
export function oneLine(value: string): string {
  return value.replaceAll("\n", "\\n");
}

/** `type|name|value|name|value`, the form of `print` and `get`. */
export function barred(session: ReadSession, record: Setting): string {
  return [record.type, ...propertiesOf(session, record).flat()].map(oneLine).join("|");
}

/** A record in JSON; `props` is left out where there are none. */
export function jsonRecord(session: ReadSession, record: Setting): Record<string, unknown> {
  const props = propertiesOf(session, record);
  const { key: name, type } = record;
  return props.length === 0 ? { name, type } : { name, type, props: Object.fromEntries(props) };
}

/** Arguments `NAME VALUE NAME VALUE …` as pairs; the last of two equal names counts. */
export function pairs(args: readonly string[]): Map<string, string> {
  if (args.length % 2 === 1) {
    // The odd one is not named: from standard input it may be a secret.
    const message = "the last property has no value";
    throw refused(message, "USAGE", "accepted: PROPERTY VALUE, as often as needed. Nothing was stored.");
  }
  const result = new Map<string, string>();
  for (let at = 0; at < args.length; at += 2) result.set(args[at] ?? "", args[at + 1] ?? "");
  return result;
}
