/** Whose folders are the public mailboxes: `vmail+FOLDER` is the address of one. */
export const publicUser = "vmail";

/** A user's or a group's name, as a login and a mailbox have it: the key without its domain, in lower case. */
export function accountName(key: string): string {
  const at = key.lastIndexOf("@");
  return (at < 0 ? key : key.slice(0, at)).toLowerCase();
}
