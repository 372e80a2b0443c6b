import { MailwrightError } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import type { DbRecord } from "./record.ts";

/**
 * The text form of one database, a line a record: `key=type|name|value|name|value`.
 *
 * Files that start with our header are read back exactly, whatever they hold: in them `\\`, `\|`, `\=`, `\#`,
 * `\n` and `\r` stand for the character that would otherwise end a field or a line. Files without it come
 * from an e-smith server, where `\|` and `\n` were the only such forms and any other backslash is itself.
 */
export const header = "# mailwright export 1";

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "|": "\\|",
  "=": "\\=",
  "#": "\\#",
  "\n": "\\n",
  "\r": "\\r",
};

/** Records as text; keep their order. `parseEsmithText` gives the same records back. */
export function formatEsmithText(records: Iterable<DbRecord>): string {
  const lines = [header];
  for (const { key, type, props } of records) {
    const name = protect(key, /[\\|=\n\r]|^#/g);
    const fields = [type, ...[...props].flat()].map((field) => protect(field, /[\\|\n\r]/g));
    lines.push(`${name}=${fields.join("|")}`);
  }
  return `${lines.join("\n")}\n`;
}

function protect(field: string, special: RegExp): string {
  return field.replace(special, (character) => escapes[character] ?? character);
}

/** Throws with the line's number where a line is no record. The last of two equal keys or names counts. */
export function parseEsmithText(text: string): DbRecord[] {
  const lines = text.split("\n");
  const read = lines[0] === header ? unescapeAll : unescapeLegacy;
  const records = new Map<string, DbRecord>();
  for (const [index, line] of lines.entries()) {
    if (line === "" || line.startsWith("#")) continue;
    const equals = /^((?:[^\\=]|\\.)*)=(.*)$/s.exec(line) ?? /^([^=]*)=(.*)$/s.exec(line);
    if (equals === null) throw malformed(index + 1);
    const key = read(equals[1] ?? "");
    const [type = "", ...fields] = (equals[2] ?? "").split(unescapedBar).map(read);
    const props = new Map<string, string>();
    for (let at = 0; at < fields.length; at += 2) props.set(fields[at] ?? "", fields[at + 1] ?? "");
    if (key === "") throw malformed(index + 1);
    records.set(key, { key, type, props });
  }
  return [...records.values()];
}

/** A bar that an even number of backslashes precedes. */
const unescapedBar = /(?<=(?<!\\)(?:\\\\)*)\|/;

function unescapeAll(field: string): string {
  return field.replace(/\\(.)/gs, (_, character: string) =>
    character === "n" ? "\n" : character === "r" ? "\r" : character,
  );
}

function unescapeLegacy(field: string): string {
  return field.replace(/\\([|n])/g, (_, character: string) => (character === "n" ? "\n" : "|"));
}

function malformed(line: number): MailwrightError {
  return new MailwrightError(`line ${line} is no record`, {
    code: "MALFORMED_TEXT",
    hint: "accepted: key=type|property|value|… on each line. Nothing was stored.",
    exit: ExitCode.refused,
  });
}
