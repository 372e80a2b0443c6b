import { findEntry } from "../../catalogue/catalogue.ts";
import { checkKey, checkProperties } from "../../catalogue/check-record.ts";
import { checkText } from "../../catalogue/check-value.ts";
import { findProperty } from "../../catalogue/effective.ts";
import type { Refusal } from "../../catalogue/entry.ts";
import { parseEsmithText } from "../../db/esmith-text.ts";
import { type DbRecord, typeName } from "../../db/record.ts";
import { refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import type { Settings } from "../../mail/settings.ts";
import type { WriteHandler } from "../verb.ts";
import { parseYamlRecords } from "./yaml-text.ts";

/** Stores whole records from a file; other records stay. What the catalogue would refuse is kept, and listed. */
export const importText: WriteHandler = (session, [path = ""]) => {
  const isYaml = session.yaml || /\.ya?ml$/.test(path);
  const given = isYaml ? parseYamlRecords(session.input) : parseEsmithText(session.input);
  for (const record of given) refuseUnstorable(record);
  const records = given.map(withoutImpossible);
  for (const record of records) session.writer.setRecord(session.database, record);
  // All is stored: what a rule finds in the settings holds for every record.
  const settings = session.settings.over(session.writer.still());
  const doubted = records.flatMap((record) => doubts(settings, session.database, record));
  const notices = [...given.flatMap(leftOut), ...doubted];
  return { exit: ExitCode.done, notices };
};

/** No database holds these, whatever the catalogue knows: NUL and half characters, and lines within a name. */
function refuseUnstorable({ key, type, props }: DbRecord): void {
  const names = [key, type, ...props.keys()].map((name) => checkText(name, false));
  const values = [...props.values()].map((value) => checkText(value, true));
  const found = [...names, ...values].find((refusal) => refusal !== undefined);
  if (found === undefined) return;
  const subject = JSON.stringify(key);
  throw refused(
    `${subject}: a name or a value is refused: ${found.reason}`,
    "VALUE_REFUSED",
    "Nothing was stored.",
  );
}

/** The original's files can hold properties that no command could name: without a name, or called `type`. */
const isImpossible = (name: string): boolean => name === "" || name === typeName;

function withoutImpossible(record: DbRecord): DbRecord {
  return { ...record, props: new Map([...record.props].filter(([name]) => !isImpossible(name))) };
}

function leftOut({ key, props }: DbRecord): string[] {
  return [...props.keys()]
    .filter(isImpossible)
    .map((name) =>
      name === ""
        ? `${key}: a property without a name is left out`
        : `${key}: a property called ${name} is left out`,
    );
}

/** What the catalogue says against a record that is kept all the same. */
function doubts(settings: Settings, database: string, { key, type, props }: DbRecord): string[] {
  const entry = findEntry(settings.catalogue, database, key, type);
  const prop = (name: string): string => props.get(name) ?? findProperty(entry, name)?.default ?? "";
  const known =
    entry === undefined
      ? lineBreaks(props)
      : [
          checkKey(entry, key) ?? [],
          checkProperties(
            entry,
            { ...Object.fromEntries(props), [typeName]: type },
            { key, type, prop },
            settings,
          ),
        ].flat();
  return known.map(({ property, reason, accepted }) => {
    const subject = property === undefined || property === typeName ? key : `${key} ${property}`;
    return `${subject} is kept, but ${reason}; accepted: ${accepted}`;
  });
}

function lineBreaks(props: DbRecord["props"]): Refusal[] {
  return [...props].flatMap(([property, value]) => {
    const found = checkText(value, false);
    return found === undefined ? [] : [{ property, ...found }];
  });
}
