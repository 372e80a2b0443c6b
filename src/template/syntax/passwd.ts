import {
  carriageReturn,
  empty,
  leadingHash,
  lineBreak,
  refuse,
  UnwritableValue,
} from "./unwritable-value.ts";

/** The authentication process answers with a line of at most 8192 bytes (lib-auth/auth-master.c). */
const longest = 4096;

function refuseLong(value: string): void {
  if (Buffer.byteLength(value) > longest) {
    throw new UnwritableValue(`a passwd file cannot hold a value of more than ${longest} bytes`);
  }
}

/**
 * One field of a line in Dovecot's passwd-file: user, password with its {SCHEME}, uid, gid, home. Fields end at a
 * colon and have no escapes; an empty user or `#` in front makes Dovecot skip the line. auth/db-passwd-file.c.
 *
 * @throws UnwritableValue for these, line ends, and text in the form `x[13]`, which is read as a password with the
 * scheme in brackets; and for more than 4096 bytes.
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
  refuseLong(value);
  return value;
}

/**
 * The value of an extra field (`userdb_quota_rule=…`), the last part of the line, where a colon is harmless. Blanks
 * part the fields. Dovecot expands variables in them, once here (auth/passdb-passwd-file.c) and once more in a field
 * that stands for a setting of `plugin` (lib-storage/mail-user.c), so that no way of writing `%` is right for all.
 *
 * @throws UnwritableValue for a blank, `%`, line ends and more than 4096 bytes.
 */
export function escapePasswdExtra(value: string): string {
  refuse(value, "an extra field of a passwd file", [
    [" ", "a blank"],
    ["%", "a percent sign"],
    lineBreak,
    carriageReturn,
  ]);
  refuseLong(value);
  return value;
}
