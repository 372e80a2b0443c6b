import { findEntry } from "../../catalogue/catalogue.ts";
import { type Changes, checkKey, checkProperties, toldOf } from "../../catalogue/check-record.ts";
import { checkText } from "../../catalogue/check-value.ts";
import { findProperty } from "../../catalogue/effective.ts";
import type { KeyEntry, Refusal } from "../../catalogue/entry.ts";
import { isSecret } from "../../catalogue/secret.ts";
import { typeName } from "../../db/record.ts";
import { MailwrightError, refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import type { Setting } from "../../mail/settings.ts";
import type { WriteSession } from "../verb.ts";

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
  agree(session, key, newType, props, whole ? undefined : existing);
  if (whole) writer.setRecord(database, { key, type: newType, props });
  else {
    writer.setType(database, key, newType);
    for (const [name, value] of props) writer.setProp(database, key, name, value);
  }
}

/** What the catalogue has to say of properties that are about to be stored, and are stored all the same. */
export function told(
  { database, settings }: WriteSession,
  key: string,
  type: string | undefined,
  props: ReadonlyMap<string, string>,
): string[] {
  const existing = settings.record(database, key);
  const entry = findEntry(settings.catalogue, database, key, type ?? existing?.type ?? "");
  if (entry?.rules === undefined || existing === undefined) return [];
  return toldOf(entry, Object.fromEntries(props), existing, settings).map(
    ({ property, reason, accepted }) =>
      `${[key, property ?? ""].join(" ").trim()}: ${reason}${accepted === "" ? "" : `; accepted: ${accepted}`}`,
  );
}

/** Removes properties of a record, after the catalogue has agreed to the defaults that then apply. */
export function removeProps(session: WriteSession, key: string, names: readonly string[]): void {
  const { database, settings, writer } = session;
  const existing = settings.record(database, key);
  const changes = Object.fromEntries(names.map((name) => [name, undefined]));
  if (existing?.entry !== undefined && !session.force)
    askCatalogue(session, existing.entry, changes, existing);
  for (const name of names) writer.deleteProp(database, key, name);
}

/** `existing`: the record that is changed; where it is undefined, the record is made anew. */
function agree(
  session: WriteSession,
  key: string,
  type: string,
  props: ReadonlyMap<string, string>,
  existing: Setting | undefined,
): void {
  const { database, settings } = session;
  const entry = findEntry(settings.catalogue, database, key, type);
  const names = [key, type, ...props.keys()];
  if (names.includes(""))
    throw refused("a key, a type and a property need a name", "EMPTY_NAME", "Nothing was stored.");
  if (props.has(typeName))
    throw refused(`${typeName} is the record's type, not a property`, "TYPE_PROPERTY", "Nothing was stored.");
  for (const name of names) reject(key, name, checkText(name, false));
  for (const [name, value] of props) {
    const kind = findProperty(entry, name)?.kind;
    const isMultiline = kind?.kind === "string" && kind.multiline === true;
    const found = checkText(value, isMultiline);
    reject(key, isSecret(entry, name) ? undefined : value, found && { property: name, ...found });
  }
  if (session.force || entry === undefined) return;
  if (settings.snapshot.type(database, key) === undefined) reject(key, key, checkKey(entry, key));
  const changes = { ...Object.fromEntries(props), ...(existing?.type === type ? {} : { [typeName]: type }) };
  const current = existing ?? {
    key,
    type,
    prop: (name: string) => findProperty(entry, name)?.default ?? "",
  };
  askCatalogue(session, entry, changes, current);
}

function askCatalogue(
  session: WriteSession,
  entry: KeyEntry,
  changes: Changes,
  current: Parameters<typeof checkProperties>[2],
): void {
  for (const refusal of checkProperties(entry, changes, current, session.settings)) {
    const { property = "" } = refusal;
    const known = findProperty(entry, property);
    const after = Object.hasOwn(changes, property) ? changes[property] : current.prop(property);
    const value = property === "" ? current.key : (after ?? known?.default ?? "");
    const isUnknown = property !== "" && property !== typeName && known === undefined;
    if (isUnknown) throw unknownProperty(session, entry, current.key, refusal);
    reject(current.key, isSecret(entry, property) ? undefined : value, refusal);
  }
}

function unknownProperty({ database }: WriteSession, entry: KeyEntry, key: string, refusal: Refusal) {
  const command = database === "configuration" ? "config" : `db ${database}`;
  // A record that is not stored yet is described by its type.
  const described = "key" in entry.match ? key : entry.match.type;
  return refused(
    `${refusal.reason}.${meant(refusal)}`,
    "UNKNOWN_PROPERTY",
    `known: ${command} describe ${described}     store it all the same: --force before the ${database === "configuration" ? "verb" : "database"}`,
  );
}

/** Throws what the catalogue says against a value; `undefined` for a value that is not shown. */
function reject(key: string, value: string | undefined, refusal: Refusal | undefined): void {
  if (refusal === undefined) return;
  const { property = typeName, reason, accepted } = refusal;
  const subject = property === typeName ? shorten(key) : `${shorten(key)} ${shorten(property)}`;
  const shown = value === undefined ? "the value" : shorten(value);
  throw new MailwrightError(`${subject}: ${shown} is refused: ${reason}.${meant(refusal)}`, {
    code: "VALUE_REFUSED",
    hint: `accepted: ${accepted}. Nothing was stored.`,
    exit: ExitCode.refused,
  });
}

function meant({ nearest }: Refusal): string {
  return nearest === undefined ? "" : ` Did you mean ${nearest}?`;
}

/** Long values and control characters do not belong in a message. */
function shorten(value: string): string {
  const shown = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("\\\\", "\\");
  if (shown === "") return "the empty value";
  return shown.length > 60 ? `${shown.slice(0, 57)}…` : shown;
}
