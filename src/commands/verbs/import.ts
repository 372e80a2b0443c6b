import { findEntry } from "../../catalogue/catalogue.ts";
import { checkProperties } from "../../catalogue/check-record.ts";
import { findProperty } from "../../catalogue/effective.ts";
import { parseEsmithText } from "../../db/esmith-text.ts";
import type { DbRecord } from "../../db/record.ts";
import { MailwrightError, refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import type { WriteHandler, WriteSession } from "../verb.ts";
import { parseYamlRecords } from "./yaml-text.ts";

/** Stores whole records from a file; other records stay. What the catalogue would refuse is kept, and listed. */
export const importText: WriteHandler = (session, [path = ""]) => {
  const text = readFile(session, path);
  const isYaml = session.yaml || /\.ya?ml$/.test(path);
  const records = isYaml ? parseYamlRecords(text) : parseEsmithText(text);
  for (const record of records) refuseNul(record);
  for (const record of records) session.writer.setRecord(session.database, record);
  const notices = records.flatMap((record) => doubts(session, record));
  return { exit: ExitCode.done, notices };
};

function readFile({ context }: WriteSession, path: string): string {
  if (path === "-") return context.stdin();
  const bytes = context.files.read(path);
  if (bytes === undefined) throw new MailwrightError(`there is no file ${path}`, { code: "NO_FILE" });
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const hint = `convert it first, for example: iconv -f latin1 -t utf8 ${path} | db NAME import -`;
    throw refused(`${path} is not in UTF-8`, "NOT_UTF8", hint);
  }
}

function refuseNul({ key, type, props }: DbRecord): void {
  if ([key, type, ...[...props].flat()].some((text) => text.includes("\0"))) {
    throw refused(`${key}: a name or value holds a NUL character`, "VALUE_REFUSED", "Nothing was stored.");
  }
}

/** What the catalogue says against a record that is kept all the same. */
function doubts({ settings, database }: WriteSession, { key, type, props }: DbRecord): string[] {
  const entry = findEntry(settings.catalogue, database, key, type);
  if (entry === undefined) return [];
  const prop = (name: string): string => props.get(name) ?? findProperty(entry, name)?.default ?? "";
  const refusals = checkProperties(
    entry,
    { ...Object.fromEntries(props), type },
    { key, type, prop },
    settings,
  );
  return refusals.map(({ property, reason, accepted }) => {
    const subject = property === undefined ? key : `${key} ${property}`;
    return `${subject} is kept, but ${reason}; accepted: ${accepted}`;
  });
}
