import type { Told } from "./log-record.ts";
import { answeredSession, sessionOf } from "./session.ts";
import type { Origin, OtherRecord, Story } from "./story.ts";

/**
 * Adds to each story what Rspamd, Dovecot and the training say of its message, and says of each which others were made of it.
 * Records are not in the order of the log then.
 */
export function linkStories(
  stories: readonly Story[],
  byMessageId: ReadonlyMap<string, readonly Story[]>,
  others: readonly OtherRecord[],
): void {
  const bySession = sessionsOf(stories);
  for (const record of others) {
    const ofIdentifier = byMessageId.get(record.messageId);
    if (record.kind === "filtered") attachFilter(record, withFilter(record, stories, ofIdentifier));
    else if (record.kind === "filed")
      withFiling(record, ofIdentifier ?? stories, bySession)?.records.push(record);
    else ofIdentifier?.findLast((story) => within(record.time, story))?.records.push(record);
  }
  linkCopies(byMessageId);
  linkNotifications(stories);
  linkRequeued(stories);
}

const within = (time: number, { records: [first] }: Story): boolean =>
  first !== undefined && time >= first.time - 1000;

/**
 * By the queue identifier; else, where Rspamd was told none, by the message's own, if it was looked at before the story's end:
 * `mailwright scan` may have it looked at again at any time.
 */
function withFilter(
  filter: Told<"filtered">,
  stories: readonly Story[],
  ofIdentifier: readonly Story[] | undefined,
): Story | undefined {
  if (filter.queueId === "")
    return ofIdentifier?.find(
      ({ filter: known, records }) => known === undefined && filter.time <= (records.at(-1)?.time ?? 0),
    );
  const known = stories.filter(({ queueId }) => queueId === filter.queueId);
  return known.findLast((story) => within(filter.time, story)) ?? known.at(-1);
}

/** By the session that Dovecot has told who delivered; else the youngest message of that identifier. */
function withFiling(
  { session, messageId, time }: Told<"filed">,
  stories: readonly Story[],
  bySession: ReadonlyMap<string, Story>,
): Story | undefined {
  const answered = answeredSession(session, bySession);
  if (answered !== undefined) return bySession.get(answered);
  if (messageId === "") return undefined;
  return stories.findLast((story) => story.messageId === messageId && within(time, story));
}

/** The messages by the sessions in which Dovecot has taken them. */
function sessionsOf(stories: readonly Story[]): Map<string, Story> {
  const found = new Map<string, Story>();
  for (const story of stories) {
    for (const record of story.records) {
      const session = sessionOf(record);
      if (session !== undefined && !found.has(session)) found.set(session, story);
    }
  }
  return found;
}

function attachFilter(record: Told<"filtered">, story: Story | undefined): void {
  if (story === undefined) return;
  story.records.push(record);
  story.filter = record;
  story.messageId ||= record.messageId;
  story.from ||= record.from;
}

/** A program of this machine that hands in the same message later forwards it: Sieve, a list, an administrator. */
function linkCopies(byMessageId: ReadonlyMap<string, readonly Story[]>): void {
  for (const [, copies] of byMessageId) {
    copies.forEach((story, index) => {
      const before = copies[index - 1];
      if (before !== undefined && before.queueId !== story.queueId && isLocal(story.origin))
        before.children.add(story.queueId);
    });
  }
}

function linkNotifications(stories: readonly Story[]): void {
  for (const { queueId, records } of stories) {
    for (const record of records) {
      if (record.kind !== "notified") continue;
      const { what, child } = record;
      for (const story of stories)
        if (story.queueId === child && story.origin.by === "unknown")
          story.origin = { by: "notification", what, of: queueId };
    }
  }
}

function linkRequeued(stories: readonly Story[]): void {
  for (const { queueId, records } of stories) {
    const [first] = records.filter((record) => record.kind === "pickup");
    if (first?.earlier === undefined) continue;
    stories.findLast((story) => story.queueId === first.earlier)?.children.add(queueId);
  }
}

/** Whether the message was handed in on this machine. */
export function isLocal(origin: Origin): boolean {
  if (origin.by === "client") return /\[(?:127\.\d+\.\d+\.\d+|::1)\]$/.test(origin.client);
  return origin.by === "program";
}

/** The stories that hang together with those of `wanted`, by what was made of what. */
export function connected(stories: readonly Story[], wanted: (story: Story) => boolean): Story[] {
  const chosen = new Set(stories.filter(wanted));
  let before = -1;
  while (chosen.size !== before) {
    before = chosen.size;
    const ids = new Set([...chosen].map(({ queueId }) => queueId));
    const children = new Set([...chosen].flatMap((story) => [...story.children]));
    for (const story of stories) {
      if (children.has(story.queueId) || [...story.children].some((child) => ids.has(child)))
        chosen.add(story);
    }
  }
  return stories.filter((story) => chosen.has(story));
}
