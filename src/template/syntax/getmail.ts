import { asciiControl, carriageReturn, lineBreak, refuse } from "./unwritable-value.ts";

/** What Python's str.strip() removes; JavaScript's \s lacks the separators and NEL, and adds the byte order mark. */
const blank = "[\\s\\u001c-\\u001f\\u0085]";
const outerBlank = new RegExp(`^${blank}|${blank}$`);

/**
 * The value of an option in a getmailrc. getmail 6.18 reads it by Python's RawConfigParser: no interpolation, no
 * quotes, no escapes, comments only on lines of their own; so the text stands for itself.
 *
 * @throws UnwritableValue for a line break, a carriage return (a line end to Python) and an outer blank, even one
 * that is only Unicode's: they are stripped.
 */
export function escapeGetmail(value: string): string {
  refuse(value, "a getmail file", [
    lineBreak,
    carriageReturn,
    [outerBlank, "a blank at the beginning or the end"],
  ]);
  return value;
}

/** What os.path.expandvars and os.path.expanduser replace, which getmail calls on paths and arguments. */
const expanded = [
  [/\$[A-Za-z0-9_{]/, "$ before a name"],
  [/^~/, "a value that begins with ~"],
] as const;

/**
 * The value of an option that names a file or a folder.
 *
 * @throws UnwritableValue for a leading `~` and `$name`, which getmail replaces, and as for any other option.
 */
export function escapeGetmailPath(value: string): string {
  refuse(value, "a path in a getmail file", expanded);
  return escapeGetmail(value);
}

/**
 * An item of an option that is a Python tuple, such as `mailboxes = ("INBOX", …)`; getmail evaluates it as Python.
 *
 * @throws UnwritableValue only for what is no text.
 */
export function escapeGetmailString(value: string): string {
  refuse(value, "a getmail file", []);
  const escaped = value
    .replace(/['\\]/g, "\\$&")
    .replace(asciiControl, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `'${escaped}'`;
}

/**
 * An item of `arguments` of a command that getmail runs (getmailcore/destinations.py, MDA_external).
 *
 * @throws UnwritableValue for `%(name)`, `$name` and a leading `~`, which getmail replaces.
 */
export function escapeGetmailArgument(value: string): string {
  refuse(value, "an argument in a getmail file", [...expanded, ["%(", "%("]]);
  return escapeGetmailString(value);
}
