/** A message of one folder. */
export interface Message {
  /** Of its folder, as IMAP has it. */
  readonly uid: number;
  /** Stays with the message where Dovecot copies it. */
  readonly guid: string;
  /** Flags and keywords, in order; without `\Recent`, which is none of the message's. */
  readonly flags: readonly string[];
  /** Tells a message where it has another GUID: Message-ID, time of arrival and size. */
  readonly identity: string;
}

/** A message of the mirror that was copied into the mailbox before. */
export interface Known {
  readonly guid: string;
  /** The GUID of the copy. */
  readonly copy: string;
  /** As they were at the server. */
  readonly flags: readonly string[];
  readonly identity: string;
}

/** Flags that have changed at the server, of a message in the mailbox. */
export interface Mark {
  readonly uid: number;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** What makes a folder of the mailbox follow the one of the mirror. */
export interface FolderMerge {
  /** Messages of the mirror to copy, in the order of their UIDs. */
  readonly copies: readonly Message[];
  readonly marks: readonly Mark[];
  /** UIDs in the mailbox of what is gone at the server. */
  readonly removals: readonly number[];
  /** What is known when all that is done. */
  readonly known: readonly Known[];
}

/**
 * Compares a folder's mirror with the user's folder and what was copied before. A message is copied once: what the user
 * has deleted or moved since does not come back. Nothing else is touched but, with `deletes`, flags and messages that
 * were copied and are gone at the server; without, flags are only added. Pure.
 */
export function mergeFolder(
  mirror: readonly Message[],
  mailbox: readonly Message[],
  before: readonly Known[],
  deletes: boolean,
): FolderMerge {
  const knownBy = new Map(before.map((known) => [known.guid, known]));
  const present = new Map(mailbox.map((message) => [message.guid, message]));
  const mirrored = new Set(mirror.map(({ guid }) => guid));
  const vanished = before.filter(({ guid }) => !mirrored.has(guid));
  const claimed = new Set([...before.map(({ copy }) => copy), ...mirrored]);
  // The mirror is made anew where the server counts its messages anew, and they have other GUIDs then.
  const renewed = byIdentity(vanished);
  const unclaimed = byIdentity(mailbox.filter(({ guid }) => !claimed.has(guid)));
  const copies: Message[] = [];
  const marks: Mark[] = [];
  const known: Known[] = [];
  const again = new Set<Known>();
  for (const message of mirror) {
    const { guid, flags, identity } = message;
    let old = knownBy.get(guid);
    if (old === undefined && !present.has(guid)) {
      old = renewed.get(identity)?.shift();
      if (old !== undefined) again.add(old);
    }
    const copy = old?.copy ?? (present.has(guid) ? guid : unclaimed.get(identity)?.shift()?.guid);
    if (copy === undefined) copies.push(message);
    known.push({ guid, copy: copy ?? guid, flags, identity });
    const here = copy === undefined ? undefined : present.get(copy);
    const mark =
      here === undefined
        ? undefined
        : old !== undefined
          ? markOf(here, old.flags, flags, deletes)
          : mended(here, flags, copy === guid);
    if (mark !== undefined) marks.push(mark);
  }
  const gone = vanished.filter((one) => !again.has(one));
  if (!deletes) return { copies, marks, removals: [], known: [...known, ...gone] };
  const removals = gone.flatMap(({ copy }) => present.get(copy)?.uid ?? []);
  return { copies, marks, removals, known };
}

function byIdentity<T extends { readonly identity: string }>(items: readonly T[]): Map<string, T[]> {
  return grouped(items, ({ identity }) => identity);
}

/** The items by what `keyOf` says of each, in their order. */
export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function markOf(
  here: Message,
  before: readonly string[],
  now: readonly string[],
  deletes: boolean,
): Mark | undefined {
  const add = now.filter((flag) => !before.includes(flag) && !here.flags.includes(flag));
  const remove = deletes ? before.filter((flag) => !now.includes(flag) && here.flags.includes(flag)) : [];
  return add.length + remove.length === 0 ? undefined : { uid: here.uid, add, remove };
}

/** What Dovecot calls a keyword whose name it had not written down when it was killed. */
const lostName = /^unknown-\d+$/;

/** Of a message that a run has copied which was killed before it noted that; one may be the user's own that is not known for sure. */
function mended(here: Message, now: readonly string[], isCertain: boolean): Mark | undefined {
  if (!isCertain && !here.flags.some((flag) => lostName.test(flag))) return undefined;
  const add = now.filter((flag) => !here.flags.includes(flag));
  const remove = here.flags.filter((flag) => lostName.test(flag) && !now.includes(flag));
  return add.length + remove.length === 0 ? undefined : { uid: here.uid, add, remove };
}

/** A set of UIDs as IMAP writes it: `1:3,7`. */
export function uidSet(uids: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const uid of [...uids].sort((one, other) => one - other)) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] + 1 === uid) last[1] = uid;
    else runs.push([uid, uid]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}:${last}`)).join(",");
}
