import { carriageReturn, empty, leadingHash, lineBreak, refuse } from "./unwritable-value.ts";

/**
 * One field of a line in Dovecot's passwd-file: user, password with its {SCHEME}, uid, gid, home. Fields end at a
 * colon and have no escapes; an empty user or `#` in front makes Dovecot skip the line. auth/db-passwd-file.c.
 *
 * @throws UnwritableValue for these, line ends, and text in the form `x[13]`, which is read as a password with the
 * scheme in brackets.
 */
export function escapePasswd(value: string): string {
  refuse(value, "a field of a passwd file", [
    empty,
    leadingHash,
    [":", "a colon"],
    lineBreak,
    carriageReturn,
    [/^[^{$].*\[..\]$/su, "a value that ends like [12]"],
  ]);
  return value;
}

/**
 * The value of an extra field (`userdb_quota_rule=…`), the last part of the line. Blanks part the fields, and
 * Dovecot expands variables: `%` is doubled. auth/passdb-passwd-file.c.
 *
 * @throws UnwritableValue for a blank and line ends.
 */
export function escapePasswdExtra(value: string): string {
  refuse(value, "an extra field of a passwd file", [[" ", "a blank"], lineBreak, carriageReturn]);
  return value.replaceAll("%", "%%");
}
