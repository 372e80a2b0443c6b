import { publicUser } from "../catalogue/account-name.ts";
/** Runs a program as the user who owns all mail folders, so that what it makes belongs to him, and no link in them leads root elsewhere. */
export function asMailOwner(...argv: readonly string[]): readonly [string, ...string[]] {
  return ["setpriv", "--reuid", publicUser, "--regid", publicUser, "--clear-groups", "--", ...argv];
}
