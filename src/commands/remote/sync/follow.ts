import type { SyncJob } from "../../../mail/sync-jobs.ts";
import { isCopied } from "../../../mail/sync-jobs.ts";
import type { Account, Folder } from "./account.ts";
import { type FolderMerge, grouped, type Known, type Message, mergeFolder, uidSet } from "./merge.ts";
import type { KnownFolders } from "./notes.ts";

/** Messages that are copied by one program: a stop waits for no more. */
const batch = 250;

/** What was done so far. */
export interface Followed {
  copied: number;
  removed: number;
  folder: string;
}

/**
 * Has the mailbox follow the mirror, and returns what is known then. `isWhole`: the mirror is all of the account, so that
 * what is not in it is gone there. What a kill interrupts is found again by the messages' GUIDs.
 */
export async function follow(
  account: Account,
  job: SyncJob,
  before: KnownFolders,
  isWhole: boolean,
  followed: Followed,
): Promise<KnownFolders> {
  const mirrored = (await account.folders("mirror")).filter(({ name }) => isCopied(job, name));
  const mirror = await account.messages("mirror", mirrored);
  const own = new Map((await account.folders("mailbox")).map((folder) => [folder.name, folder]));
  const gone = [...before.keys()].filter((name) => !mirrored.some((folder) => folder.name === name));
  const names = [...mirrored.map(({ name }) => name), ...gone];
  const mailbox = await account.messages("mailbox", present(names, own));
  const deletes = job.deletes && isWhole;
  const known = new Map<string, readonly Known[]>();
  for (const folder of mirrored) {
    followed.folder = folder.name;
    const here = own.get(folder.name);
    if (here === undefined && folder.name !== "INBOX") await account.makeFolder(folder.name);
    const theirs = mirror.get(folder.guid) ?? [];
    const ours = here === undefined ? [] : (mailbox.get(here.guid) ?? []);
    const merge = mergeFolder(theirs, ours, before.get(folder.name) ?? [], deletes);
    await copyAll(account, folder, merge.copies, followed);
    if (here !== undefined) await change(account, here, merge, followed);
    known.set(folder.name, merge.known);
  }
  for (const name of gone) {
    const old = before.get(name) ?? [];
    const here = own.get(name);
    if (!deletes || !isCopied(job, name)) known.set(name, old);
    else if (here !== undefined) await removeGone(account, here, mailbox.get(here.guid) ?? [], old, followed);
  }
  return known;
}

function present(names: readonly string[], own: ReadonlyMap<string, Folder>): Folder[] {
  return names.flatMap((name) => own.get(name) ?? []);
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
