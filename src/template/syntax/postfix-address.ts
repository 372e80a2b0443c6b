import { empty, leadingHash, refuse, UnwritableValue } from "./unwritable-value.ts";

/** The characters that make Postfix quote a local part (src/global/quote_822_local.c), and empty words. */
const needsQuotes = /^$|^\.|\.\.|\.$|[ ()<>@,;:\\"[\]]/;

/** A domain without what ends or quotes something in an address list, or a literal such as [192.0.2.1]. */
const plainDomain = /^(?:@[^ "\\,;:()<>[\]]*|@\[[^ "\\,;()<>[\]]*\])?$/;

/** Nearly all addresses: none of the rules below has anything to say of it. */
const plain = /^[\w-]+(?:[.+][\w-]+)*(?:@[\w.-]+)?$/;

/**
 * A mail address as plain text (`domain users@example.org`, `@example.org`, `root`) in the form in which Postfix
 * looks it up and reads it in a result: the local part as an RFC 822 quoted string where it must be one.
 * src/global/mail_addr_find.c asks for the quoted form first; results are parsed by src/global/tok822_parse.c.
 *
 * @throws UnwritableValue for a control character (a tab would become a blank), a source route, a blank or
 * special character in the domain, a leading `#` (a comment), and an empty value.
 */
export function escapePostfixAddress(value: string): string {
  if (plain.test(value)) return value;
  const place = "an address in a Postfix table";
  refuse(value, place, [
    empty,
    leadingHash,
    [/^@.*:/, "a source route"],
    [/[^\P{Cc}\u0080-\u009f]/u, "a control character"],
  ]);
  const at = value.lastIndexOf("@");
  const local = at === -1 ? value : value.slice(0, at);
  const domain = at === -1 ? "" : value.slice(at);
  if (!plainDomain.test(domain)) throw new UnwritableValue(`${place} cannot hold such a domain`);
  if (at === 0) return value;
  return (needsQuotes.test(local) ? `"${local.replace(/["\\]/g, "\\$&")}"` : local) + domain;
}
