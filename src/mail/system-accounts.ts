import { accountName } from "../catalogue/account-name.ts";
import { isAccount } from "../catalogue/mail-names.ts";

/** Users and groups that the system knows, by names as mail has them: without a domain, in lower case. */
export interface SystemAccounts {
  /** Those that people have; what daemons run as, and root, is left out. */
  readonly users: ReadonlySet<string>;
  /** Members by group, those whose first group it is among them. A group that only one user has is left out. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

export const noSystemAccounts: SystemAccounts = { users: new Set(), groups: new Map() };

/** The number of `nobody`, which Linux gives to whom it cannot name. */
const nobody = 65_534;

/**
 * Reads what getent(1) prints of `passwd` and `group`. People's numbers begin with UID_MIN and GID_MIN of login.defs(5),
 * 1000 unless given. A name that no mailbox can have is left out; SSSD may write
 * a domain behind one.
 */
export function systemAccounts(passwd: string, group: string, loginDefs: string): SystemAccounts {
  const [leastUser, leastGroup] = [limit(loginDefs, "UID_MIN"), limit(loginDefs, "GID_MIN")];
  const firstGroups = new Map<string, string[]>();
  const users = new Set<string>();
  for (const [name = "", , uid, gid = ""] of rows(passwd)) {
    if (!isOfPeople(uid, leastUser) || !isAccount(name)) continue;
    const user = accountName(name);
    users.add(user);
    firstGroups.set(gid, [...(firstGroups.get(gid) ?? []), user]);
  }
  const groups = new Map<string, readonly string[]>();
  for (const [name = "", , gid = "", members = ""] of rows(group)) {
    if (!isOfPeople(gid, leastGroup) || !isAccount(name) || users.has(accountName(name))) continue;
    const named = members.split(",").map(accountName);
    const all = new Set([...named, ...(firstGroups.get(gid) ?? [])]);
    groups.set(
      accountName(name),
      [...all].filter((member) => users.has(member)),
    );
  }
  return { users, groups };
}

function rows(text: string): string[][] {
  return text.split("\n").map((line) => line.split(":"));
}

function isOfPeople(id: string | undefined, least: number): boolean {
  return Number(id) >= least && Number(id) !== nobody;
}

function limit(loginDefs: string, name: string): number {
  const [, value = "1000"] = new RegExp(`^\\s*${name}\\s+(\\d+)`, "m").exec(loginDefs) ?? [];
  return Number(value);
}
