import type { Change } from "../../db/history.ts";
import type { Style } from "../../format/style.ts";
import { oneLine } from "./shared.ts";

/** A change as `old → new`; where nothing is stored, the default applies, if there is one. */
export function transition(change: Pick<Change, "old" | "new">, style: Style, fallback?: string): string {
  const absent = style.faint(fallback === undefined ? "absent" : `default ${shown(fallback, style)}`);
  const old = change.old === undefined ? absent : shown(change.old, style);
  return `${old} → ${change.new === undefined ? absent : style.changed(shown(change.new, style))}`;
}

function shown(value: string, style: Style): string {
  return value === "" ? style.faint("empty") : oneLine(value);
}
