import { findEntry } from "../../catalogue/catalogue.ts";
import { findProperty } from "../../catalogue/effective.ts";
import { type Change, netChanges } from "../../db/history.ts";
import { ExitCode } from "../../exit-codes.ts";
import type { Style } from "../../format/style.ts";
import { columns } from "../../format/table.ts";
import { ago } from "../../format/times.ts";
import type { Settings } from "../../mail/settings.ts";
import type { ReadHandler } from "../verb.ts";
import { masked } from "./secrets.ts";

/** A change that no event has carried out, and the events of which any one would. */
interface PendingChange extends Change {
  readonly events: readonly string[];
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
      `${change.old ?? style.faint("absent")} → ${change.new === undefined ? style.faint("absent") : style.changed(change.new)}`,
      ago(change.at, now),
      `${change.actor} ${change.via.startsWith("ssh") ? "over" : change.via.startsWith("tty") || change.via.startsWith("pts") ? "on" : "by"} ${change.via}`,
    ]);
    return `${columns(rows)}To apply: ${events.map((event) => `signal-event ${event}`).join("; ")}\n`;
  };
  return { exit: ExitCode.done, data: pending, view };
};

/** The net changes of properties whose events have not been carried out since. */
export function pendingChanges(settings: Settings): PendingChange[] {
  const applied = settings.snapshot.appliedRevisions();
  const all = settings.snapshot.changes(0);
  const waiting = all.flatMap((change) => {
    const events = eventsOf(settings, change, all);
    const isApplied =
      events.length === 0 || events.some((event) => (applied.get(event) ?? 0) >= change.revision);
    return isApplied ? [] : [{ ...change, events }];
  });
  return netChanges(waiting).map((change) => ({
    ...masked(settings, change, all),
    events: eventsOf(settings, change, all),
  }));
}

/** By the record's type; of a record that is gone, by the last type that it had. */
function eventsOf(settings: Settings, change: Change, all: readonly Change[]): readonly string[] {
  const { database, key, name } = change;
  const past = all.findLast(
    (other) => other.database === database && other.key === key && other.name === "type",
  );
  const type = settings.snapshot.type(database, key) ?? past?.old ?? past?.new;
  const entry = findEntry(settings.catalogue, database, key, type);
  return name === "type" ? (entry?.events ?? []) : (findProperty(entry, name)?.events ?? []);
}
