import { EventLibrary } from "../../apply/event.ts";
import { findEntry } from "../../catalogue/catalogue.ts";
import { findProperty } from "../../catalogue/effective.ts";
import { isInEffect } from "../../catalogue/in-effect.ts";
import { type Change, netChanges } from "../../db/history.ts";
import { typeName } from "../../db/record.ts";
import { ExitCode } from "../../exit-codes.ts";
import type { Style } from "../../format/style.ts";
import { columns } from "../../format/table.ts";
import { ago } from "../../format/times.ts";
import type { Settings } from "../../mail/settings.ts";
import { eventVia } from "../../system/author.ts";
import type { ReadHandler } from "../verb.ts";
import { masked, pastTypes, recordId } from "./secrets.ts";
import { transition } from "./transition.ts";

/** A change that no event has carried out, and the events of which any one would. */
interface PendingChange extends Change {
  readonly events: readonly string[];
  /** What is read where the property is not stored. */
  readonly default: string | undefined;
  /** Whether something of this version acts on it. */
  readonly inEffect: boolean;
}

/** What was set and is not applied yet, in this database. */
export const changes: ReadHandler = ({ settings, database, context }) => {
  const pending = pendingChanges(settings).filter((change) => change.database === database);
  const known = new EventLibrary(context.files, context.paths).names();
  const commands = [...new Set(pending.flatMap((change) => eventCommand(change, known) ?? []))];
  const orphans = pending.filter((change) => eventCommand(change, known) === undefined);
  const now = Date.now();
  const view = (style: Style): string => {
    if (pending.length === 0) return "Nothing is waiting to be applied.\n";
    const rows = pending.map((change) => [
      change.key,
      change.name,
      transition(change, style, change.default),
      ago(change.at, now),
      `${change.actor} ${preposition(change.via)} ${change.via}`,
    ]);
    const apply = commands.length === 0 ? "" : `To apply: ${commands.join("; ")}\n`;
    const missing = orphans.map(({ key, name, events, inEffect }) =>
      inEffect
        ? `No event here applies ${key} ${name} (${events[0]}).\n`
        : `${key} ${name} has no effect in this version.\n`,
    );
    return `${columns(rows)}${apply}${[...new Set(missing)].join("")}`;
  };
  return { exit: ExitCode.done, data: pending, view };
};

/** The net changes of properties whose events have not been carried out since. */
function pendingChanges(settings: Settings): PendingChange[] {
  const applied = settings.snapshot.appliedRevisions();
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
      !events.some((event) => (applied.get(event) ?? 0) >= revision),
  );
  return netChanges(waiting).map((change) => ({ ...change, ...masked(settings, change, past) }));
}

/** A word that can be pasted into a shell. */
function shellWord(word: string): string {
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

/**
 * The command that applies a change: the first event that is there. Of `user-create`, `user-modify` and
 * `user-delete` it is the one that fits what became of the record, with the record's key.
 */
function eventCommand(change: PendingChange, known: readonly string[]): string | undefined {
  const { events, key, name, old, new: value, inEffect } = change;
  if (!inEffect) return undefined;
  const fate =
    name !== typeName ? "modify" : old === undefined ? "create" : value === undefined ? "delete" : "modify";
  const ofRecord = (event: string): boolean => /-(?:create|modify|delete)$/.test(event);
  const there = events.filter((event) => known.includes(event));
  const chosen = there.find((event) => event.endsWith(`-${fate}`)) ?? there[0];
  if (chosen === undefined) return undefined;
  return `signal-event ${chosen}${ofRecord(chosen) ? ` ${shellWord(key)}` : ""}`;
}

function preposition(via: string): string {
  if (via.startsWith("ssh")) return "over";
  return /^(?:tty|pts)/.test(via) ? "on" : "by";
}
