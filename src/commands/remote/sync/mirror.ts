import type { Outcome } from "../../../system/system.ts";
import { isBrokenOff, isUnfinished } from "./provider-failure.ts";

/** A folder that is left as it is: the server does not open it, or does not give one of its messages. */
export interface Stuck {
  readonly folder: string;
  readonly uid: number | undefined;
}

export interface Mirrored {
  /** Whether the mirror is all of the account, and not only nearly. */
  readonly isWhole: boolean;
  readonly stuck: readonly Stuck[];
  /** What dsync came to last where it gave up. */
  readonly failure: Outcome | undefined;
}

/** What the loop needs of the world. */
export interface Mirroring {
  /** Runs dsync once, without these folders. */
  dsync(without: readonly string[]): Promise<Outcome>;
  /** How many messages the mirror has. */
  count(): number;
  removeMirror(): Promise<void>;
  sleep(milliseconds: number): Promise<void>;
}

/** How often dsync runs when it comes no further. */
const attempts = 4;

/** Milliseconds before the next try, times the tries: a server that has enough of us says so by ending connections. */
const pause = 1000;

/** dsync makes a folder anew where the server counts its messages anew, or is another; of an INBOX it cannot. */
const inboxStays = /INBOX can't be deleted/;

const unreadable = /Exporting mailbox (.+?) failed: [^\n]*?\bUID=(\d+)|Can't open mailbox (.+?): /;

/** Dovecot has waited for minutes then. */
const hung = /timed out/i;

/**
 * Runs dsync until the mirror is equal to the account. One that a connection has ended goes on where it was, as long as
 * each run comes further. dsync passes by no message: a folder where it stops twice at the same one, or that it twice
 * cannot open, is left out, so that those behind it are not kept from coming.
 */
export async function mirrorAccount(mirroring: Mirroring): Promise<Mirrored> {
  const stuck: Stuck[] = [];
  let last: Stuck | undefined;
  let most = mirroring.count();
  for (let idle = 0; ; ) {
    const outcome = await mirroring.dsync(stuck.map(({ folder }) => folder));
    const { exit, stderr } = outcome;
    if (exit === 0 || (exit === 2 && !isUnfinished(stderr)))
      return { isWhole: stuck.length === 0, stuck, failure: undefined };
    const isRenewed = inboxStays.test(stderr);
    if (isRenewed) await mirroring.removeMirror();
    else if (exit !== 2 && exit !== 75) return { isWhole: false, stuck, failure: outcome };
    const place = stuckAt(stderr);
    if (place !== undefined && place.folder === last?.folder && place.uid === last.uid) {
      stuck.push(place);
      idle = 0;
    }
    last = place;
    const now = mirroring.count();
    idle = now > most ? 0 : idle + 1;
    most = isRenewed ? now : Math.max(most, now);
    if (idle === attempts || (idle > 0 && hung.test(stderr)))
      return { isWhole: false, stuck, failure: outcome };
    if (exit === 75 && place === undefined) await mirroring.sleep(pause * idle);
  }
}

/** Where the server gave no more. A folder's name is a mask for dsync, so one with a wildcard is not left out. */
function stuckAt(said: string): Stuck | undefined {
  const [, exported, uid, opened] = unreadable.exec(said) ?? [];
  const folder = exported ?? opened ?? "";
  if (folder === "" || /[*?%\\]/.test(folder)) return undefined;
  // Without a connection no folder can be opened.
  if (opened !== undefined && isBrokenOff(said)) return undefined;
  return { folder, uid: uid === undefined ? undefined : Number(uid) };
}
