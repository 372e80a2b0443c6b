import { carriageReturn, empty, lineBreak, type Refusal, refuse } from "./unwritable-value.ts";

/** The config process hands a line feed on as \x03, so that this one arrives as a line feed (settings-parser.h). */
const stands: readonly Refusal[] = [lineBreak, carriageReturn, ["\u0003", "the control character 3"]];

const quoted = (value: string): string => `"${value.replace(/["\\]/g, "\\$&")}"`;

/**
 * The value of a setting that Dovecot does not expand (a password, a name), in quotes: in them `#`, `$`, `<` and
 * blanks are ordinary, and a backslash takes the next character as it is. config/config-parser.c of Dovecot 2.3.
 *
 * @throws UnwritableValue for a line break, a carriage return (lost at the end of a line) and the character \x03.
 */
export function escapeDovecotLiteral(value: string): string {
  refuse(value, "dovecot.conf", stands);
  return quoted(value);
}

/**
 * The value of a setting in which Dovecot expands variables such as `%u` (`mail_location`, everything in `plugin`,
 * arguments of passdb and userdb): as a literal, and `%` doubled. lib/var-expand.c.
 *
 * @throws UnwritableValue as for a literal.
 */
export function escapeDovecotExpanded(value: string): string {
  return escapeDovecotLiteral(value).replaceAll("%", "%%");
}

/**
 * The value of any setting. Whether `%` must be doubled depends on the setting, and the wrong choice would change
 * the value: a template that wants to write one says `literal` or `expanded`.
 *
 * @throws UnwritableValue for `%`, and as for a literal.
 */
export function escapeDovecot(value: string): string {
  refuse(value, "a setting of dovecot.conf not known to expand variables or not", [["%", "a percent sign"]]);
  return escapeDovecotLiteral(value);
}

/**
 * The name of a section, as in `mailbox "Sent Mail" {`. It ends at the first quote, whatever stands before it; a
 * mailbox or namespace can have a quote by its setting `name` or `prefix` instead.
 *
 * @throws UnwritableValue for a quote, an empty name (Dovecot would number it) and control characters: a tab makes
 * doveconf 2.3.19 abort.
 */
export function escapeDovecotSection(value: string): string {
  refuse(value, "the name of a section of dovecot.conf", [
    empty,
    ['"', "a double quote"],
    [/[^\P{Cc}\u0080-\u009f]/u, "a control character"],
  ]);
  return quoted(value);
}
