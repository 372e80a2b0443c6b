import { empty, leadingHash, refuse } from "./unwritable-value.ts";

/** The characters that make Postfix quote a local part (src/global/quote_822_local.c), and empty words. */
const needsQuotes = /^$|^\.|\.\.|\.$|[ ()<>@,;:\\"[\]]/;

/**
 * A mail address as plain text (`domain users@example.org`, `@example.org`, `root`) in the form in which Postfix
 * looks it up and reads it in a result: the local part as an RFC 822 quoted string where it must be one.
 * src/global/mail_addr_find.c asks for the quoted form first; results are parsed by src/global/tok822_parse.c.
 *
 * @throws UnwritableValue for a control character (a tab would become a blank), a blank or quote in the domain, a
 * leading `#` (a comment), and an empty value.
 */
export function escapePostfixAddress(value: string): string {
  const place = "an address in a Postfix table";
  refuse(value, place, [empty, leadingHash, [/[^\P{Cc}\u0080-\u009f]/u, "a control character"]]);
  const at = value.lastIndexOf("@");
  const local = at === -1 ? value : value.slice(0, at);
  const domain = at === -1 ? "" : value.slice(at);
  // "#" after "@" would be no comment; blanks end the key, the others start something else in an address list
  refuse(domain, place, [[/[ "\\,;()<>]/, "a blank or quote in its domain"]]);
  if (at === 0) return value;
  return (needsQuotes.test(local) ? `"${local.replace(/["\\]/g, "\\$&")}"` : local) + domain;
}
