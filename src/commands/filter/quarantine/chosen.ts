import { refused } from "../../../errors.ts";
import type { OptionValues } from "../../command.ts";
import { type Held, matching, named } from "./held.ts";

const filters = ["from", "to", "since", "older"];

/** The messages that a command is about: those of the ids, or those that its options leave of all. */
export function chosen(
  all: readonly Held[],
  ids: readonly string[],
  options: OptionValues,
  now: number,
): Held[] {
  const isFiltered = filters.some((name) => options[name] !== undefined) || options["all"] === true;
  if (ids.length > 0 && !isFiltered) return named(all, ids);
  if (ids.length === 0 && isFiltered) return matching(all, options, now);
  throw refused(
    ids.length > 0 ? "either messages by their ids, or those that options choose" : "which messages?",
    "USAGE",
    "accepted: ID…; --from TEXT, --to TEXT, --since TIME, --older TIME; or --all",
  );
}

/** `1 message`, `2 messages`. */
export const counted = (count: number): string => `${count} message${count === 1 ? "" : "s"}`;
