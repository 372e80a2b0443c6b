import { findEntry } from "../../catalogue/catalogue.ts";
import { findProperty } from "../../catalogue/effective.ts";
import { type Change, netChanges } from "../../db/history.ts";
import { typeName } from "../../db/record.ts";
import { ExitCode } from "../../exit-codes.ts";
import type { Style } from "../../format/style.ts";
import { columns } from "../../format/table.ts";
import { ago } from "../../format/times.ts";
import type { Settings } from "../../mail/settings.ts";
import type { ReadHandler } from "../verb.ts";
import { masked, pastTypes, recordId } from "./secrets.ts";
import { transition } from "./transition.ts";

/** A change that no event has carried out, and the events of which any one would. */
interface PendingChange extends Change {
  readonly events: readonly string[];
  /** What is read where the property is not stored. */
  readonly default: string | undefined;
}

/** What was set and is not applied yet, in this database. */
export const changes: ReadHandler = ({ settings, database }) => {
  const pending = pendingChanges(settings).filter((change) => change.database === database);
  const events = [...new Set(pending.map((change) => change.events[0] ?? ""))].filter(Boolean);
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
    return `${columns(rows)}To apply: ${events.map((event) => `signal-event ${event}`).join("; ")}\n`;
  };
  return { exit: ExitCode.done, data: pending, view };
};

/** The net changes of properties whose events have not been carried out since. */
export function pendingChanges(settings: Settings): PendingChange[] {
  const applied = settings.snapshot.appliedRevisions();
  const all = settings.snapshot.changes(0);
  const past = pastTypes(all);
  const withEvents = (change: Change): PendingChange => ({
    ...change,
    ...knownOf(settings, change, past.get(recordId(change))?.at(-1)),
  });
  const waiting = all
    .map(withEvents)
    .filter(
      ({ events, revision }) =>
        events.length > 0 && !events.some((event) => (applied.get(event) ?? 0) >= revision),
    );
  return netChanges(waiting).map((change) => ({ ...change, ...masked(settings, change, past) }));
}

/** By the record's type; of a record that is gone, by the last type that it had. */
function knownOf(settings: Settings, { database, key, name }: Change, lastType: string | undefined) {
  const type = settings.snapshot.type(database, key) ?? lastType;
  const entry = findEntry(settings.catalogue, database, key, type);
  const property = findProperty(entry, name);
  const events = (name === typeName ? entry?.events : property?.events) ?? [];
  return { events, default: property?.default };
}

function preposition(via: string): string {
  if (via.startsWith("ssh")) return "over";
  return /^(?:tty|pts)/.test(via) ? "on" : "by";
}
