import { listItems } from "../catalogue/notation.ts";
import { accountName } from "./accounts.ts";
import { mailFolder, publicUser } from "./mail-folders.ts";
import { byBytes, type Settings } from "./settings.ts";

/** How mailboxes are shared. */
interface Sharing extends Readonly<Record<string, unknown>> {
  /** Whether users may share folders of theirs. */
  readonly isOpen: boolean;
  /** Whether who has read what in a shared folder is kept for each user, and not one flag for all. */
  readonly hasOwnSeen: boolean;
  /** What Dovecot is told of users for access control lists, as key and value of a dict file. */
  readonly users: readonly { readonly key: string; readonly fields: string }[];
}

/**
 * Every user that is in a group, with its groups. The fields are settings of `plugin`, in which Dovecot expands
 * variables, so that `%` is doubled. The owner of public mailboxes keeps a note of its own of who may see them: in
 * that of all users they would be listed a second time, as shared ones.
 */
export function sharing(settings: Settings): Sharing {
  const groups = [...aclGroups(settings)].sort(([left], [right]) => byBytes(left, right));
  const entry = (name: string, fields: object): Sharing["users"][number] => ({
    key: `shared/userdb/${name}`,
    fields: JSON.stringify(fields),
  });
  const ownNote = { acl_shared_dict: `file:${mailFolder}/${publicUser}/shared-mailboxes.db` };
  const prop = (name: string): string | undefined => settings.prop("configuration", "dovecot", name);
  return {
    isOpen: prop("SharedMailboxesStatus") === "enabled",
    hasOwnSeen: prop("SharedSeen") === "disabled",
    users: [
      entry(publicUser, ownNote),
      ...groups.map(([name, names]) => entry(name, { acl_groups: names.join(",").replaceAll("%", "%%") })),
    ],
  };
}

/**
 * The groups of each user by the names that an access control list may have for them: in lower case, as the group is
 * written, and with its domain. Users and groups are those of the accounts database.
 */
export function aclGroups(settings: Settings): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { key, type, prop } of settings.records("accounts")) {
    if (type !== "group") continue;
    const names = [accountName(key), key.replace(/@[^@]*$/, ""), key];
    for (const member of listItems(prop("Members")).map(accountName))
      groups.set(member, [...new Set([...(groups.get(member) ?? []), ...names])]);
  }
  groups.delete(publicUser);
  return groups;
}
