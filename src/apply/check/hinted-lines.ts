import { literal } from "./literal.ts";

/** A line, counted from 1, of one of the texts. */
export interface HintedLine {
  readonly text: number;
  readonly line: number;
}

/** How daemons name a parameter that they do not take, with its value where they tell it. */
const parameters: readonly RegExp[] = [
  // Postfix: unused parameter: foo=bar
  /\b(?:unused|unknown) parameter:? "?(?<name>[\w.-]+)"?(?:=(?<value>.*))?/,
  // Postfix: parameter mail_owner: unknown user name value: nobody1
  /\bparameter (?<name>\w+): /,
  // Postfix: bad numerical configuration: message_size_limit = lots; bad string length 0 < 1: myhostname =
  /\bbad [^:]+: (?<name>\w+) = ?(?<value>.*)/,
  // Rspamd: cannot convert string to integer in option count
  /\bin option (?<name>\w+)/,
  // Rspamd: unknown element in actions section: foo
  /\bin \w+ section: (?<name>\w+)$/,
  // getmail: option delete must be boolean, not maybe
  /\boption (?<name>\w+) must /,
  // getmail: configuration file … incorrect (server: missing required configuration parameter)
  /\bincorrect \((?<name>\w+): /,
  // Dovecot: configuration file …: protocols: Unknown protocol: foo
  /\.conf: (?<name>\w+): /,
  // systemd: Where= setting doesn't match unit name
  / (?<name>[A-Z]\w+)= /,
];

/**
 * The lines that words without a line's number hint at: those that set the parameter they name, use the one they
 * miss, or hold the key they have twice; else the one line that holds a text they quote or a path they name. `known`
 * are names of the files themselves. Comments do not count.
 */
export function hintedLines(
  words: string,
  texts: readonly (readonly string[])[],
  known: ReadonlySet<string>,
): HintedLine[] {
  const lines = texts.flatMap((rows, text) =>
    rows
      .map((row, index) => ({ row, text, line: index + 1 }))
      .filter(({ row }) => !/^\s*(?:#|--|;|$)/.test(row)),
  );
  const find = (fits: (row: string) => boolean): HintedLine[] =>
    lines.filter(({ row }) => fits(row)).map(({ text, line }) => ({ text, line }));

  const missing = /\bundefined parameter: (?<name>\w+)/.exec(words)?.groups?.["name"];
  if (missing !== undefined) return find((row) => new RegExp(`\\$[({]?${missing}\\b`).test(row));
  const twice = /\bduplicate entry: "(?<key>.*)"$/.exec(words)?.groups?.["key"];
  if (twice !== undefined) return find((row) => keyOf(row) === twice.toLowerCase());

  for (const parameter of parameters) {
    const { name, value } = parameter.exec(words)?.groups ?? {};
    if (name === undefined) continue;
    const set = find((row) => setsParameter(row, name));
    const asTold = value === undefined ? [] : find((row) => setsParameter(row, name) && row.includes(value));
    // Of several lines that set it the last one holds.
    if (set.length > 0) return asTold.length > 0 ? asTold : set.slice(-1);
  }
  for (const text of quotedIn(words)) {
    if (known.has(text)) continue;
    const whole = find((row) => squeezed(row) === squeezed(text));
    if (whole.length > 0) return whole;
    const holding = find((row) => holds(row, text));
    if (holding.length === 1) return holding;
  }
  return [];
}

/** `name = …`, `name: …`, `name …`, and `-o name=…` of master.cf. */
function setsParameter(row: string, name: string): boolean {
  return new RegExp(
    `^\\s*["']?${literal(name)}["']?(?:\\s*[=:{]|\\s+\\S)|-o\\s*\\{?\\s*${literal(name)}\\s*=`,
  ).test(row);
}

/** As postmap folds it. */
function keyOf(row: string): string | undefined {
  return /^(?:"[^"]*"|\S+)/.exec(row)?.[0].toLowerCase();
}

/** What stands in quotes of any kind; whole paths; units that systemd does not find; and the end of it all. */
function quotedIn(words: string): string[] {
  const quoted = words.matchAll(
    /"([^"]+)"|[`']([^']+)'|(?<![\w./-])(\/[^\s"'`,:()]+)|\bUnit (\S+) not found|: ([^\s"'`]+)$/g,
  );
  return [...quoted]
    .map(([, ...texts]) => texts.find((text) => text !== undefined) ?? "")
    .filter(({ length }) => length > 1);
}

function holds(row: string, text: string): boolean {
  return new RegExp(`(?<!\\w)${literal(text)}(?!\\w)`).test(row);
}

const squeezed = (text: string): string => text.trim().replace(/\s+/g, " ");
