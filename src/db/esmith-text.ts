import { MailwrightError } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import type { DbRecord } from "./record.ts";

/**
 * The text form of one database, a line a record: `key=type|name|value|name|value`.
 *
 * Files that start with our header are read back exactly, whatever they hold: in them `\\`, `\|`, `\=`, `\#`,
 * `\n` and `\r` stand for the character that would otherwise end a field or a line. Files without it come
 * from an e-smith server and are read as esmith::config and esmith::db read them: the first `=` ends the key,
 * which is taken as it stands; in what follows `\n` is a line break, `\|` a bar, and any other backslash is
 * itself; lines of blanks and those whose first other character is `#` are skipped.
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

interface Form {
  /** Lines that hold no record. */
  readonly skipped: RegExp;
  /** The key, and what follows its `=`. */
  readonly record: RegExp;
  readonly bar: RegExp;
  unescapeKey(key: string): string;
  unescape(field: string): string;
}

const ours: Form = {
  skipped: /^(?:#|$)/,
  record: /^((?:[^\\=]|\\.)+)=(.*)$/s,
  // One that an even number of backslashes precedes.
  bar: /(?<=(?<!\\)(?:\\\\)*)\|/,
  unescapeKey: unescapeAll,
  unescape: unescapeAll,
};

const legacy: Form = {
  skipped: /^\s*(?:#|$)/,
  record: /^([^=]+)=(.*)$/s,
  bar: /(?<!\\)\|/,
  unescapeKey: (key) => key,
  unescape: (field) => field.replace(/\\([|n])/g, (_, character: string) => (character === "n" ? "\n" : "|")),
};

/** Throws with the line's number where a line is no record. The last of two equal keys or names counts. */
export function parseEsmithText(text: string): DbRecord[] {
  const lines = text.split("\n");
  const form = lines[0] === header ? ours : legacy;
  const records = new Map<string, DbRecord>();
  for (const [index, line] of lines.entries()) {
    if (form.skipped.test(line)) continue;
    const [, name, rest] = form.record.exec(line) ?? [];
    if (name === undefined || rest === undefined) throw malformed(index + 1);
    const [type = "", ...fields] = rest.split(form.bar).map((field) => form.unescape(field));
    const props = new Map<string, string>();
    for (let at = 0; at < fields.length; at += 2) props.set(fields[at] ?? "", fields[at + 1] ?? "");
    const key = form.unescapeKey(name);
    records.set(key, { key, type, props });
  }
  return [...records.values()];
}

function unescapeAll(field: string): string {
  return field.replace(/\\(.)/gs, (_, character: string) =>
    character === "n" ? "\n" : character === "r" ? "\r" : character,
  );
}

function malformed(line: number): MailwrightError {
  return new MailwrightError(`line ${line} is no record`, {
    code: "MALFORMED_TEXT",
    hint: "accepted: key=type|property|value|… on each line. Nothing was stored.",
    exit: ExitCode.refused,
  });
}
