import { accepted, kindLabel } from "../../catalogue/accepted.ts";
import { entriesOf } from "../../catalogue/catalogue.ts";
import type { KeyEntry, PropertyEntry } from "../../catalogue/entry.ts";
import { isInEffect } from "../../catalogue/in-effect.ts";
import { nearest } from "../../catalogue/suggest.ts";
import { refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import type { Style } from "../../format/style.ts";
import { wrap } from "../../format/wrap.ts";
import type { Result } from "../command.ts";
import type { ReadHandler, ReadSession } from "../verb.ts";

/** What the catalogue knows: all keys of the database, one key, or one property. */
export const describe: ReadHandler = (session, [key, name]) => {
  if (key === undefined) return allKeys(session);
  const entry = findDescribed(session, key);
  if (name === undefined) return oneKey(session, key, entry);
  const property = Object.hasOwn(entry.properties, name) ? entry.properties[name] : undefined;
  if (property === undefined)
    throw unknown(`${key} has no property ${name}`, name, Object.keys(entry.properties));
  return oneProperty(session, key, entry, name, property);
};

/** By key, by the type of the stored record, or by the name of a type. */
function findDescribed(session: ReadSession, key: string): KeyEntry {
  const entries = entriesOf(session.settings.catalogue, session.database);
  const stored = session.settings.record(session.database, key)?.entry;
  const byType = entries.find(({ match, types }) => "type" in match && types.includes(key));
  const found = stored ?? byType;
  if (found === undefined)
    throw unknown(`nothing is known of ${key} in ${session.database}`, key, entries.map(nameOf));
  return found;
}

function nameOf(entry: KeyEntry): string {
  return "key" in entry.match ? entry.match.key : (entry.types[0] ?? "");
}

function unknown(message: string, name: string, candidates: readonly string[]) {
  const meant = nearest(name, candidates);
  return refused(
    meant === undefined ? `${message}.` : `${message}. Did you mean ${meant}?`,
    "UNKNOWN_NAME",
    `known: ${candidates.join(", ")}`,
  );
}

function allKeys({ settings, database }: ReadSession): Result {
  const entries = entriesOf(settings.catalogue, database);
  const rows = entries.map((entry) => ({
    name: nameOf(entry),
    text: entry.text,
    isType: "type" in entry.match,
  }));
  const view = (style: Style): string => {
    const width = Math.max(0, ...rows.map(({ name }) => name.length)) + 2;
    return rows
      .map(({ name, text, isType }) => {
        const shown = isType ? `${text} ${style.faint(`(records of type ${name})`)}` : text;
        return `${style.strong(name.padEnd(width))}${wrap(shown, style.width, width)}\n`;
      })
      .join("");
  };
  return rows.length === 0 ? { exit: ExitCode.failed } : { exit: ExitCode.done, data: rows, view };
}

function oneKey(session: ReadSession, key: string, entry: KeyEntry): Result {
  const rows = Object.entries(entry.properties).map(([name, property]) => ({
    ...describeProperty(session, key, name, property),
    inEffect: isInEffect(entry, name),
  }));
  const view = (style: Style): string => {
    const width = Math.max(0, ...rows.map(({ property }) => property.length)) + 2;
    const body = rows.map(({ property, accepted: form, now, isDefault, inEffect }) => {
      const value = now === undefined ? "not set" : isDefault ? `default ${shown(now)}` : `now ${shown(now)}`;
      return `  ${style.strong(property.padEnd(width))}${wrap(`${form}; ${style.faint(value)}${inEffect ? "" : "; no effect in this version"}`, style.width, width + 2)}\n`;
    });
    return `${style.strong(key)}: ${wrap(entry.text, style.width, 2)}\n${body.join("")}`;
  };
  return { exit: ExitCode.done, data: { key, text: entry.text, properties: rows }, view };
}

function oneProperty(
  session: ReadSession,
  key: string,
  entry: KeyEntry,
  name: string,
  property: PropertyEntry,
): Result {
  const row = { ...describeProperty(session, key, name, property), inEffect: isInEffect(entry, name) };
  const now = row.now === undefined ? "not set" : `now ${shown(row.now)}`;
  const fallback = property.default === undefined ? "" : ` (default ${shown(property.default)})`;
  const view = (style: Style): string =>
    [
      `${style.strong(`${key} ${name}`)}   ${kindLabel(property.kind)}   ${now}${fallback}`,
      wrap(`${row.text} Accepted: ${row.accepted}.`, style.width, 0),
      row.events.length === 0 ? "Nothing needs to apply it." : `Applied by ${row.events.join(", ")}.`,
      ...(row.inEffect ? [] : ["It has no effect in this version."]),
      "",
    ].join("\n");
  return { exit: ExitCode.done, data: row, view };
}

function describeProperty(
  { settings, database }: ReadSession,
  key: string,
  property: string,
  entry: PropertyEntry,
) {
  const stored = settings.snapshot.prop(database, key, property);
  const value = settings.prop(database, key, property) ?? entry.default;
  return {
    key,
    property,
    accepted: accepted(entry.kind),
    default: entry.default,
    now: entry.secret === true && value !== undefined ? "••••••" : value,
    isDefault: stored === undefined,
    secret: entry.secret === true,
    text: entry.text,
    events: entry.events,
  };
}

const shown = (value: string): string => (value === "" ? "empty" : value);
