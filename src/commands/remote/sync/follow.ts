import type { Account, Folder } from "./account.ts";
import { isTooMuch, type Loss, lossOf, type Messages } from "./loss.ts";
import { type FolderMerge, grouped, type Known, type Message, mergeFolder, uidSet } from "./merge.ts";
import type { KnownFolders } from "./notes.ts";

/** Messages that are copied by one program: a stop waits for no more. */
const batch = 250;

/** What was done so far. */
export interface Followed {
  /** Messages that are to be copied. */
  missing: number;
  copied: number;
  removed: number;
  folder: string;
}

/** What the mailbox is to follow. */
export interface Leader {
  /** Folders of the mirror that are copied, by their names in the mailbox. */
  readonly folders: readonly Folder[];
  /** Whether a folder of that name is copied where it is there. */
  readonly isTaken: (name: string) => boolean;
  /** Whether what is gone in the mirror is to be removed: it is all of the account. */
  readonly deletes: boolean;
  /** Removes it however much it is. */
  readonly force: boolean;
}

export interface Result {
  readonly known: KnownFolders;
  /** What was not removed because it was too much. */
  readonly spared: Loss | undefined;
}

/** Has the mailbox follow the mirror. What a kill interrupts is found again by the messages' GUIDs. */
export async function follow(
  account: Account,
  { folders, isTaken, force, ...leader }: Leader,
  before: KnownFolders,
  followed: Followed,
): Promise<Result> {
  const own = new Map((await account.folders("mailbox")).map((folder) => [folder.name, folder]));
  const gone = [...before.keys()].filter((name) => !folders.some((folder) => folder.name === name));
  const names = [...folders.map(({ name }) => name), ...gone.filter(isTaken)];
  const present = names.flatMap((name) => own.get(name) ?? []);
  const mirror = byName(folders, await account.messages("mirror", folders));
  const mailbox = byName(present, await account.messages("mailbox", present));
  const loss = lossOf(mirror, mailbox, new Map([...before].filter(([name]) => names.includes(name))));
  const isSpared = leader.deletes && !force && isTooMuch(loss);
  const deletes = leader.deletes && !isSpared;
  const known = new Map<string, readonly Known[]>();
  const merges = folders.map((folder) => ({
    folder,
    merge: mergeFolder(
      mirror.get(folder.name) ?? [],
      mailbox.get(folder.name) ?? [],
      before.get(folder.name) ?? [],
      deletes,
    ),
  }));
  followed.missing = merges.reduce((sum, { merge }) => sum + merge.copies.length, 0);
  for (const { folder, merge } of merges) {
    followed.folder = folder.name;
    const here = own.get(folder.name);
    if (here === undefined && folder.name !== "INBOX") await account.makeFolder(folder.name);
    await copyAll(account, folder, merge.copies, followed);
    if (here !== undefined) await change(account, here, merge, followed);
    known.set(folder.name, merge.known);
  }
  for (const name of gone) {
    const old = before.get(name) ?? [];
    const here = own.get(name);
    if (!deletes || !isTaken(name)) known.set(name, old);
    else if (here !== undefined) await removeGone(account, here, mailbox.get(name) ?? [], old, followed);
  }
  return { known, spared: isSpared ? loss : undefined };
}

function byName(folders: readonly Folder[], messages: ReadonlyMap<string, readonly Message[]>): Messages {
  return new Map(folders.map(({ name, guid }) => [name, messages.get(guid) ?? []]));
}

async function copyAll(
  account: Account,
  { guid }: Folder,
  messages: readonly Message[],
  followed: Followed,
): Promise<void> {
  for (let at = 0; at < messages.length; at += batch) {
    const some = messages.slice(at, at + batch).map(({ uid }) => uid);
    await account.copy(guid, uidSet(some));
    followed.copied += some.length;
  }
}

async function change(
  account: Account,
  { guid }: Folder,
  merge: FolderMerge,
  followed: Followed,
): Promise<void> {
  for (const verb of ["add", "remove"] as const) {
    const byFlags = grouped(
      merge.marks.filter((mark) => mark[verb].length > 0),
      (mark) => mark[verb].join(" "),
    );
    for (const [flags, marks] of byFlags)
      for (let at = 0; at < marks.length; at += batch)
        await account.mark(verb, flags, guid, uidSet(marks.slice(at, at + batch).map(({ uid }) => uid)));
  }
  await removeAll(account, guid, merge.removals, followed);
}

async function removeAll(
  account: Account,
  guid: string,
  uids: readonly number[],
  followed: Followed,
): Promise<void> {
  for (let at = 0; at < uids.length; at += batch) {
    const some = uids.slice(at, at + batch);
    await account.remove(guid, uidSet(some));
    followed.removed += some.length;
  }
}

/** A folder that is gone at the server: what was copied goes, and the folder itself where nothing else is in it. */
async function removeGone(
  account: Account,
  folder: Folder,
  messages: readonly Message[],
  old: readonly Known[],
  followed: Followed,
): Promise<void> {
  const { removals } = mergeFolder([], messages, old, true);
  await removeAll(account, folder.guid, removals, followed);
  const all = await account.folders("mailbox");
  const isEmpty = all.some(({ guid, messages: left }) => guid === folder.guid && left === 0);
  const isParent = all.some(({ name }) => name.startsWith(`${folder.name}/`));
  if (isEmpty && !isParent && folder.name !== "INBOX" && old.length > 0)
    await account.removeFolder(folder.name);
}
