import type { EventCall } from "../apply/event.ts";
import { findEntry } from "../catalogue/catalogue.ts";
import { findProperty } from "../catalogue/effective.ts";
import { isInEffect } from "../catalogue/in-effect.ts";
import { type Change, netChanges } from "../db/history.ts";
import { typeName } from "../db/record.ts";
import type { Settings } from "../mail/settings.ts";
import { changesVia, eventVia } from "../system/author.ts";
import { masked, pastTypes, recordId } from "./verbs/secrets.ts";

/** A change that no event has carried out, and the events of which any one would. */
export interface PendingChange extends Change {
  readonly events: readonly string[];
  /** What is read where the property is not stored. */
  readonly default: string | undefined;
  /** Whether something of this version acts on it. */
  readonly inEffect: boolean;
}

/**
 * The net changes, of all databases, of properties whose events have not been carried out since; `applied` says up
 * to which revision each was. They hold secrets.
 */
export function pendingChanges(
  settings: Settings,
  applied: ReadonlyMap<string, number> = settings.snapshot.appliedRevisions(),
): PendingChange[] {
  const all = settings.snapshot.changes(0);
  const past = pastTypes(all);
  const withEvents = (change: Change): PendingChange => ({
    ...change,
    ...knownOf(settings, change, past.get(recordId(change))?.at(-1)),
  });
  const waiting = all.map(withEvents).filter(
    ({ events, revision, via }) =>
      // What an event stored by itself, such as a secret that it made, is part of what it applied.
      !via.startsWith(`${eventVia} `) &&
      events.length > 0 &&
      ![...events, ...changerOf(via)].some((event) => (applied.get(event) ?? 0) >= revision),
  );
  return netChanges(waiting);
}

/** The event whose `changes` these are: when it has succeeded, they wait for no other one. */
function changerOf(via: string): string[] {
  return isOwnChange({ via }) ? [via.slice(changesVia.length + 1)] : [];
}

/** Whether an event has changed it by its `changes`. */
export function isOwnChange({ via }: Pick<Change, "via">): boolean {
  return via.startsWith(`${changesVia} `);
}

/** What is to be told where such changes are taken back; nothing where none of them is an event's own. */
export function ownChangesNote(changes: readonly Change[]): string[] {
  const events = [...new Set(changes.flatMap(({ via }) => changerOf(via)))];
  return events.map((event) => `what scripts of ${event} did, such as in mailboxes, does not go back`);
}

/** The same as they may be shown. */
export function shownChanges(settings: Settings): PendingChange[] {
  const past = pastTypes(settings.snapshot.changes(0));
  return pendingChanges(settings).map((change) => ({ ...change, ...masked(settings, change, past) }));
}

/**
 * The event that applies each of these changes, in their order; `undefined` where there is none here. Where the record
 * itself was made, deleted, or changed its type, the event of that does for its properties what it can.
 */
export function eventCalls(
  changes: readonly PendingChange[],
  known: readonly string[],
): (EventCall | undefined)[] {
  const ofTypes = new Map(
    changes
      .filter(({ name }) => name === typeName)
      .map((change) => [recordId(change), eventCall(change, known)]),
  );
  return changes.map((change) => {
    const ofType = change.inEffect ? ofTypes.get(recordId(change)) : undefined;
    return ofType !== undefined && change.events.includes(ofType.event) ? ofType : eventCall(change, known);
  });
}

/**
 * The first event that is there. Of `user-create`, `user-modify` and `user-delete` it is the one that fits what became
 * of the record, with the record's key.
 */
function eventCall(change: PendingChange, known: readonly string[]): EventCall | undefined {
  const { events, key, name, old, new: value, inEffect } = change;
  if (!inEffect) return undefined;
  const fate =
    name !== typeName ? "modify" : old === undefined ? "create" : value === undefined ? "delete" : "modify";
  const there = events.filter((event) => known.includes(event));
  const event = there.find((candidate) => candidate.endsWith(`-${fate}`)) ?? there[0];
  if (event === undefined) return undefined;
  return { event, args: /-(?:create|modify|delete)$/.test(event) ? [key] : [] };
}

/** An event and its arguments, each word fit to be pasted into a shell behind `signal-event`. */
export function callText({ event, args }: EventCall): string {
  return [event, ...args.map(shellWord)].join(" ");
}

/** A word as a shell takes it for one. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** By the record's type; of a record that is gone, by the last type that it had. */
function knownOf(settings: Settings, { database, key, name }: Change, lastType: string | undefined) {
  const type = settings.snapshot.type(database, key) ?? lastType;
  const entry = findEntry(settings.catalogue, database, key, type);
  const property = findProperty(entry, name);
  const events = (name === typeName ? entry?.events : property?.events) ?? [];
  const inEffect = entry === undefined || name === typeName || isInEffect(entry, name);
  return { events, default: property?.default, inEffect };
}
