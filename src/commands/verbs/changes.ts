import { EventLibrary } from "../../apply/event.ts";
import { ExitCode } from "../../exit-codes.ts";
import type { Style } from "../../format/style.ts";
import { columns } from "../../format/table.ts";
import { ago } from "../../format/times.ts";
import { callText, eventCalls, type PendingChange, shownChanges } from "../pending-changes.ts";
import type { ReadHandler } from "../verb.ts";
import { transition } from "./transition.ts";

/** What was set and is not applied yet, in this database. */
export const changes: ReadHandler = ({ settings, database, context }) => {
  const pending = shownChanges(settings).filter((change) => change.database === database);
  const known = new EventLibrary(context.files, context.paths).names();
  return { exit: ExitCode.done, data: pending, view: (style) => changesView(pending, known, style) };
};

/** Pending changes for people, with what applies them. */
export function changesView(
  pending: readonly PendingChange[],
  knownEvents: readonly string[],
  style: Style,
): string {
  if (pending.length === 0) return "Nothing is waiting to be applied.\n";
  const now = Date.now();
  const rows = pending.map((change) => [
    change.key,
    change.name,
    transition(change, style, change.default),
    ago(change.at, now),
    `${change.actor} ${preposition(change.via)} ${change.via}`,
  ]);
  const calls = eventCalls(pending, knownEvents);
  const commands = [
    ...new Set(calls.flatMap((call) => (call === undefined ? [] : `signal-event ${callText(call)}`))),
  ];
  const missing = pending
    .filter((_, index) => calls[index] === undefined)
    .map(({ key, name, events, inEffect }) =>
      inEffect
        ? `No event here applies ${key} ${name} (${events[0]}).\n`
        : `${key} ${name} has no effect in this version.\n`,
    );
  const apply = commands.length === 0 ? "" : `To apply: ${commands.join("; ")}\n      or: mailwright apply\n`;
  return `${columns(rows)}${apply}${[...new Set(missing)].join("")}`;
}

function preposition(via: string): string {
  if (via.startsWith("ssh")) return "over";
  return /^(?:tty|pts)/.test(via) ? "on" : "by";
}
