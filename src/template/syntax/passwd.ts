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

/** Nearly all names and hashes: none of the rules below has anything to say of it. */
const plain = /^[\w${][\w${}.,/+=@-]{0,4095}$/;

/** The same for the value of an extra field. */
const plainExtra = /^[\w${}.,:*/+=@-]{0,4096}$/;

function refuseLong(value: string): void {
  if (Buffer.byteLength(value) > longest) {
    throw new UnwritableValue(`a passwd file cannot hold a value of more than ${longest} bytes`);
  }
}

/** Dovecot asks for a user by the name with a backslash before each of these (auth/db-passwd-file.c). */
const escapedInUser = /["'\\]/;

/**
 * A field that reads alike in every place of a line.
 *
 * @throws UnwritableValue for quotes and backslashes, which a user's name needs and the others do not stand, for
 * control characters, and as for any other field.
 */
export function escapePasswd(value: string): string {
  refuse(value, "a field of a passwd file", [
    [escapedInUser, "a quote or backslash"],
    [/[^\P{Cc}\u0080-\u009f]/u, "a control character"],
  ]);
  return escapePasswdField(value);
}

/**
 * The name of a user, the first field: with the backslashes that Dovecot puts into the name that it looks for. A
 * list of all users shows them.
 *
 * @throws UnwritableValue for control characters, and as for any other field.
 */
export function escapePasswdUser(value: string): string {
  if (plain.test(value)) return value;
  refuse(value, "a user's name in a passwd file", [[/[^\P{Cc}\u0080-\u009f]/u, "a control character"]]);
  return escapePasswdField(value.replace(/["'\\]/g, "\\$&"));
}

/**
 * One field behind the user's name: password with its {SCHEME}, uid, gid, home. Fields end at a
 * colon and have no escapes; an empty user or `#` in front makes Dovecot skip the line. auth/db-passwd-file.c.
 *
 * @throws UnwritableValue for these, line ends, and text in the form `x[13]`, which is read as a password with the
 * scheme in brackets; and for more than 4096 bytes.
 */
export function escapePasswdField(value: string): string {
  if (plain.test(value)) return value;
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
  if (plainExtra.test(value)) return value;
  refuse(value, "an extra field of a passwd file", [
    [" ", "a blank"],
    ["%", "a percent sign"],
    lineBreak,
    carriageReturn,
  ]);
  refuseLong(value);
  return value;
}
