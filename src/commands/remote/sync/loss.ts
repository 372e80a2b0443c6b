import type { Message } from "./merge.ts";
import type { KnownFolders } from "./notes.ts";

/** Messages by the name of their folder. */
export type Messages = ReadonlyMap<string, readonly Message[]>;

export interface Loss {
  /** Messages here whose originals are nowhere in the account any more. */
  readonly lost: number;
  /** Messages that were copied and are here still. */
  readonly copied: number;
}

/** What would be removed with all that is gone at the server. A message that was moved there is not gone. Pure. */
export function lossOf(mirror: Messages, mailbox: Messages, before: KnownFolders): Loss {
  const there = new Set([...mirror.values()].flat().map(({ identity }) => identity));
  let lost = 0;
  let copied = 0;
  for (const [name, known] of before) {
    const here = new Set((mailbox.get(name) ?? []).map(({ guid }) => guid));
    const mirrored = new Set((mirror.get(name) ?? []).map(({ guid }) => guid));
    for (const { guid, copy, identity } of known) {
      if (!here.has(copy)) continue;
      copied += 1;
      if (!mirrored.has(guid) && !there.has(identity)) lost += 1;
    }
  }
  return { lost, copied };
}

/** Few messages are deleted by people. */
const few = 10;

/** An account that has lost all, or more than half, has rather moved, or its server has failed, than been tidied up. */
export function isTooMuch({ lost, copied }: Loss): boolean {
  return lost > 0 && (lost === copied || (lost > few && lost * 2 > copied));
}
