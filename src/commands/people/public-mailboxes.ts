import type { CommandContext } from "../context.ts";
import { doveadm } from "./doveadm.ts";
import { type Size, sizeOf } from "./mailbox-sizes.ts";

/** Who may do what, in Dovecot's words (doveadm-acl(1)). */
export interface Rights {
  /** `user=NAME`, `group=NAME`, `anyone`, … */
  readonly id: string;
  readonly rights: string;
}

export interface Folder extends Size {
  readonly name: string;
}

export interface PublicMailbox extends Folder {
  readonly rights: readonly Rights[];
}

/** The user whose folders are the public mailboxes. */
const owner = "vmail";

/** Folders that Dovecot makes for this user as for any other, and what other namespaces show of the same. */
const notPublic = /^(?:INBOX|Drafts|Junk|Sent|Trash|(?:Public|Shared)\/.*)$/;

/** All folders of a user, by name. */
export async function folders(
  context: CommandContext,
  user: string,
): Promise<{ found: Folder[]; problems: readonly string[] }> {
  const { rows, problems } = await doveadm(context, ["mailbox", "status", "-u", user, "messages vsize", "*"]);
  const found = rows.map((row) => ({ name: row.get("mailbox") ?? "", ...sizeOf(row) }));
  return { found: found.sort((left, right) => left.name.localeCompare(right.name)), problems };
}

/** The public mailboxes with their rights, and what Dovecot complains of meanwhile. */
export async function publicMailboxes(
  context: CommandContext,
): Promise<{ readonly open: PublicMailbox[]; readonly problems: readonly string[] }> {
  const { found, problems } = await folders(context, owner);
  const names = found.filter(({ name }) => !notPublic.test(name));
  const open = await Promise.all(
    names.map(async (folder) => ({ ...folder, rights: await rightsOf(context, folder.name) })),
  );
  return { open, problems };
}

/** Without the owner, who may do everything. */
async function rightsOf(context: CommandContext, folder: string): Promise<Rights[]> {
  const { rows } = await doveadm(context, ["acl", "get", "-u", owner, "--", folder]);
  return rows
    .map((row) => ({ id: row.get("id") ?? "", rights: row.get("rights") ?? "" }))
    .filter(({ id }) => id !== "owner");
}

/** Sets of rights that have a name, which is shown instead. */
const named: readonly (readonly [name: string, rights: readonly string[]])[] = [
  ["read", ["lookup", "read", "write-seen"]],
  ["read-write", ["lookup", "read", "write-seen", "write", "write-deleted", "insert", "expunge", "create"]],
  [
    "full",
    [
      ...["lookup", "read", "write", "write-seen", "write-deleted", "insert", "post", "expunge"],
      ...["create", "delete", "admin"],
    ],
  ],
];

/** Rights in a word where there is one. */
function rightsName(rights: string): string {
  const own = rights.split(" ").toSorted().join(" ");
  return named.find(([, words]) => words.toSorted().join(" ") === own)?.[0] ?? rights;
}

export function rightsText(all: readonly Rights[]): string {
  return all.map(({ id, rights }) => `${id}:${rightsName(rights)}`).join(", ");
}
