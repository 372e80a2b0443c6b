import type { LoadedCall } from "../../apply/combine-events.ts";
import { harmless } from "../../format/harmless.ts";
import type { CommandContext } from "../context.ts";
import { openSettings } from "../open-settings.ts";
import { type PendingChange, shownChanges } from "../pending-changes.ts";

/** More of them are counted only. */
const shown = 3;
/** Characters of a value. */
const longest = 40;

/** What waits already and these events apply as well, in a sentence; nothing where nothing waits. */
export async function alsoApplied(context: CommandContext, calls: readonly LoadedCall[]): Promise<string[]> {
  const carriedOut = new Set(calls.flatMap(({ event }) => event.carriesOut));
  const waiting = await openSettings(context, shownChanges);
  const due = waiting.filter(
    ({ events, inEffect }) => inEffect && events.some((event) => carriedOut.has(event)),
  );
  if (due.length === 0) return [];
  const more = due.length > shown ? ` and ${due.length - shown} more (mailwright history)` : "";
  return [`also puts in force what was set before: ${due.slice(0, shown).map(changeText).join(", ")}${more}`];
}

function changeText({ key, name, new: value }: PendingChange): string {
  if (value === undefined) return `${key} ${name} removed`;
  const text = harmless(value);
  return `${key} ${name} ${text.length > longest ? `${text.slice(0, longest)}…` : text || '""'}`;
}
