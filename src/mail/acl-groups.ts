import { accountName, publicUser } from "../catalogue/account-name.ts";
import { byBytes } from "../system/byte-order.ts";
import { accountsOf } from "./accounts.ts";
import { mailFolder } from "./mail-folders.ts";
import type { Settings } from "./settings.ts";

/** How mailboxes are shared. */
interface Sharing extends Readonly<Record<string, unknown>> {
  /** Whether users may share folders of theirs. */
  readonly isOpen: boolean;
  /** Whether who has read what in a shared folder is kept for each user, and not one flag for all. */
  readonly hasOwnSeen: boolean;
  /** What Dovecot is told of users for access control lists, as key and value of a dict file. */
  readonly users: readonly { readonly key: string; readonly fields: string }[];
}

export function sharing(settings: Settings): Sharing {
  const groups = [...aclGroups(settings)].sort(([left], [right]) => byBytes(left, right));
  const prop = (name: string): string | undefined => settings.prop("configuration", "dovecot", name);
  return {
    isOpen: prop("SharedMailboxesStatus") === "enabled",
    hasOwnSeen: prop("SharedSeen") === "disabled",
    users: [
      entry(publicUser, ownerFields()),
      // A setting of `plugin`, in which Dovecot expands variables.
      ...groups.map(([name, all]) => entry(name, { acl_groups: all.join(",").replaceAll("%", "%%") })),
    ],
  };
}

/**
 * The groups of each user by the names that an access control list may have for them: in lower case, as the group is
 * written, and with its domain.
 */
export function aclGroups(settings: Settings): Map<string, string[]> {
  const written = new Map<string, string[]>();
  for (const { key, type } of settings.records("accounts"))
    if (type === "group") written.set(accountName(key), [key.replace(/@[^@]*$/, ""), key]);
  const { users, groups } = accountsOf(settings);
  const found = new Map<string, string[]>();
  for (const { name, members } of groups.values()) {
    for (const member of members) {
      if (!users.has(member) || member === publicUser) continue;
      const names = [...(found.get(member) ?? []), name, ...(written.get(name) ?? [])];
      found.set(member, [...new Set(names)]);
    }
  }
  return found;
}

/** The folders of the namespace inbox in dovecot.conf, by their sections. */
const specialFolders = ["Drafts", "Sent", "Trash", "Archive", "Junk"];

/**
 * The owner of public mailboxes keeps a note of its own of who may see them: in that of all users they would be listed a second
 * time, as shared ones. And no folder is one but for those that somebody made.
 */
function ownerFields(): Readonly<Record<string, string>> {
  const automatic = specialFolders.map((name) => [`namespace/inbox/mailbox/${name}/auto`, "no"]);
  return {
    acl_shared_dict: `file:${mailFolder}/${publicUser}/shared-mailboxes.db`,
    ...Object.fromEntries(automatic),
  };
}

function entry(user: string, fields: Readonly<Record<string, string>>): Sharing["users"][number] {
  return { key: `shared/userdb/${user}`, fields: JSON.stringify(fields) };
}
