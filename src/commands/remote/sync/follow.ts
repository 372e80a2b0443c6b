import type { Account } from "./account.ts";
import type { Folder } from "./doveadm-rows.ts";
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

/** What is known of the account so far, by the folder's name: right at any moment, should the run end there. */
export type Learnt = Map<string, readonly Known[]>;

/**
 * Has the mailbox follow the mirror. `known`: what was copied before; it grows with what is done, and is right where
 * this throws, too. What a kill interrupts is found again by the messages' GUIDs. Returns what was not removed because it
 * was too much.
 */
export async function follow(
  account: Account,
  { folders, isTaken, force, ...leader }: Leader,
  known: Learnt,
  followed: Followed,
): Promise<Loss | undefined> {
  const before: KnownFolders = new Map(known);
  const own = new Map((await account.folders("mailbox")).map((folder) => [folder.name, folder]));
  const gone = [...before.keys()].filter((name) => !folders.some((folder) => folder.name === name));
  const names = [...folders.map(({ name }) => name), ...gone.filter(isTaken)];
  const present = names.flatMap((name) => own.get(name) ?? []);
  const mirror = byName(folders, await account.messages("mirror", folders));
  const mailbox = byName(present, await account.messages("mailbox", present));
  const loss = lossOf(mirror, mailbox, new Map([...before].filter(([name]) => names.includes(name))));
  const isSpared = leader.deletes && !force && isTooMuch(loss);
  const deletes = leader.deletes && !isSpared;
  const merges = folders.map((folder) => {
    const old = before.get(folder.name) ?? [];
    const here = mailbox.get(folder.name) ?? [];
    return { folder, old, merge: mergeFolder(mirror.get(folder.name) ?? [], here, old, deletes) };
  });
  followed.missing = merges.reduce((sum, { merge }) => sum + merge.copies.length, 0);
  for (const { folder, old, merge } of merges) {
    followed.folder = folder.name;
    const here = own.get(folder.name);
    if (here === undefined && folder.name !== "INBOX") await account.makeFolder(folder.name);
    await copyAll(
      account,
      folder,
      merge,
      (waiting) => known.set(folder.name, knownWithout(merge, old, waiting)),
      followed,
    );
    if (here !== undefined) await change(account, here, merge, followed);
    known.set(folder.name, merge.known);
  }
  for (const name of deletes ? gone.filter(isTaken) : []) {
    const here = own.get(name);
    if (here !== undefined)
      await removeGone(account, here, mailbox.get(name) ?? [], before.get(name) ?? [], followed);
    known.delete(name);
  }
  return isSpared ? loss : undefined;
}

function byName(folders: readonly Folder[], messages: ReadonlyMap<string, readonly Message[]>): Messages {
  return new Map(folders.map(({ name, guid }) => [name, messages.get(guid) ?? []]));
}

/** What is known of a folder where these wait to be copied, and its flags and removals too. */
function knownWithout(merge: FolderMerge, old: readonly Known[], waiting: readonly Message[]): Known[] {
  const guids = new Set([...old, ...waiting].map(({ guid }) => guid));
  // A message that has another GUID in a mirror made anew is in what is old already.
  const copies = new Set(old.map(({ copy }) => copy));
  return [...old, ...merge.known.filter(({ guid, copy }) => !guids.has(guid) && !copies.has(copy))];
}

/** `learn` is told after each batch what waits still; of one that fails, what has come nevertheless. */
async function copyAll(
  account: Account,
  folder: Folder,
  { copies }: FolderMerge,
  learn: (waiting: readonly Message[]) => void,
  followed: Followed,
): Promise<void> {
  for (let at = 0; at < copies.length; at += batch) {
    const some = copies.slice(at, at + batch);
    try {
      await account.copy(folder.guid, uidSet(some.map(({ uid }) => uid)));
    } catch (error) {
      const came = await cameInto(account, folder.name);
      followed.copied += some.filter(({ guid }) => came.has(guid)).length;
      learn(copies.slice(at).filter(({ guid }) => !came.has(guid)));
      throw error;
    }
    followed.copied += some.length;
    learn(copies.slice(at + batch));
  }
}

/** The GUIDs of the messages in a folder here; none where that cannot be told. */
async function cameInto(account: Account, name: string): Promise<ReadonlySet<string>> {
  try {
    const here = (await account.folders("mailbox")).filter((folder) => folder.name === name);
    const messages = [...(await account.messages("mailbox", here)).values()].flat();
    return new Set(messages.map(({ guid }) => guid));
  } catch {
    return new Set();
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
  const left = (await account.messages("mailbox", [folder])).get(folder.guid) ?? [];
  const all = await account.folders("mailbox");
  const isParent = all.some(({ name }) => name.startsWith(`${folder.name}/`));
  if (left.length === 0 && !isParent && folder.name !== "INBOX" && old.length > 0)
    await account.removeFolder(folder.name);
}
