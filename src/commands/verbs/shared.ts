import { findEntry } from "../../catalogue/catalogue.ts";
import { checkKey, checkProperties } from "../../catalogue/check-record.ts";
import { checkText } from "../../catalogue/check-value.ts";
import { findProperty } from "../../catalogue/effective.ts";
import type { Refusal } from "../../catalogue/entry.ts";
import { typeName } from "../../db/record.ts";
import { MailwrightError, refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { propsOf, type Setting } from "../../mail/settings.ts";
import type { Result } from "../command.ts";
import type { ReadSession, WriteSession } from "../verb.ts";

/** Silence and the exit status: what scripts test for. */
export const notFound: Result = { exit: ExitCode.failed };
export const done: Result = { exit: ExitCode.done };

/** Lines for standard output; the answer to a question about nothing is exit status 1. */
export function lines(all: readonly string[]): Result {
  return all.length === 0 ? notFound : { exit: ExitCode.done, text: all.map((line) => `${line}\n`).join("") };
}

export function findRecord(session: ReadSession, key: string): Setting | undefined {
  const record = session.settings.record(session.database, key);
  return session.storedOnly && record?.isStored === false ? undefined : record;
}

export function allRecords(session: ReadSession): Setting[] {
  const records = [...session.settings.records(session.database)];
  return session.storedOnly ? records.filter(({ isStored }) => isStored) : records;
}

/** The record at a key, or all records where no key is given. */
export function chosenRecords(session: ReadSession, key: string | undefined): Setting[] {
  if (key === undefined) return allRecords(session);
  const record = findRecord(session, key);
  return record === undefined ? [] : [record];
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
    throw refused(
      `the property ${args.at(-1)} has no value`,
      "USAGE",
      "accepted: PROPERTY VALUE, as often as needed",
    );
  }
  const result = new Map<string, string>();
  for (let at = 0; at < args.length; at += 2) result.set(args[at] ?? "", args[at + 1] ?? "");
  return result;
}

/**
 * Stores a record's type and some of its properties, after the catalogue has agreed to them. `type` undefined
 * leaves the type as it is. With `whole`, properties that are not given are removed.
 */
export function storeRecord(
  session: WriteSession,
  key: string,
  type: string | undefined,
  props: ReadonlyMap<string, string>,
  whole: boolean,
): void {
  const { database, settings, writer } = session;
  const existing = settings.record(database, key);
  const newType = type ?? existing?.type ?? "";
  agree(session, key, newType, props, whole);
  if (whole) writer.setRecord(database, { key, type: newType, props });
  else {
    writer.setType(database, key, newType);
    for (const [name, value] of props) writer.setProp(database, key, name, value);
  }
}

function agree(
  session: WriteSession,
  key: string,
  type: string,
  props: ReadonlyMap<string, string>,
  whole: boolean,
): void {
  const { database, settings } = session;
  const entry = findEntry(settings.catalogue, database, key, type);
  const existing = settings.record(database, key);
  const names = [key, type, ...props.keys()];
  for (const name of names) {
    if (name === "")
      throw refused("a key, a type and a property need a name", "EMPTY_NAME", "Nothing was stored.");
  }
  if (props.has(typeName))
    throw refused(`${typeName} is the record's type, not a property`, "TYPE_PROPERTY", "Nothing was stored.");
  const isMultiline = (name: string): boolean => {
    const kind = findProperty(entry, name)?.kind;
    return kind?.kind === "string" && kind.multiline === true;
  };
  for (const text of names) reject(key, undefined, text, checkText(text, false));
  for (const [name, value] of props) reject(key, name, value, checkText(value, isMultiline(name)));
  if (session.force || entry === undefined) return;
  if (existing?.isStored !== true) reject(key, undefined, key, checkKey(entry, key));
  const changes = { ...Object.fromEntries(props), ...(existing?.type === type ? {} : { type }) };
  const stored = whole || existing === undefined ? undefined : existing;
  const current = stored ?? { key, type, prop: (name: string) => findProperty(entry, name)?.default ?? "" };
  for (const refusal of checkProperties(entry, changes, current, settings)) {
    const name = refusal.property;
    const secret = findProperty(entry, name ?? "")?.secret === true;
    reject(key, name, name === undefined ? key : (changes as Record<string, string>)[name], refusal, secret);
  }
}

function reject(
  key: string,
  property: string | undefined,
  value: string | undefined,
  refusal: Refusal | undefined,
  secret = false,
): void {
  if (refusal === undefined) return;
  const meant = refusal.nearest === undefined ? "" : ` Did you mean ${refusal.nearest}?`;
  if (/has no property/.test(refusal.reason)) {
    throw refused(
      `${refusal.reason}.${meant}`,
      "UNKNOWN_PROPERTY",
      `known: config describe ${key}     store it all the same: config --force setprop …`,
    );
  }
  const subject = property === undefined || property === typeName ? key : `${key} ${property}`;
  const shown = secret || value === undefined ? "the value" : shorten(value);
  throw new MailwrightError(`${subject}: ${shown} is refused: ${refusal.reason}.${meant}`, {
    code: "VALUE_REFUSED",
    hint: `accepted: ${refusal.accepted}. Nothing was stored.`,
    exit: ExitCode.refused,
  });
}

/** Long values and control characters do not belong in a message. */
function shorten(value: string): string {
  const shown = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("\\\\", "\\");
  if (shown === "") return "the empty value";
  return shown.length > 60 ? `${shown.slice(0, 57)}…` : shown;
}
