import { findEntry } from "../../catalogue/catalogue.ts";
import { isSecret } from "../../catalogue/secret.ts";
import type { Change } from "../../db/history.ts";
import { typeName } from "../../db/record.ts";
import type { Settings } from "../../mail/settings.ts";

export const mask = "••••••";

/** The types that records had in the course of these changes, oldest first, by `recordId`. */
export function pastTypes(changes: readonly Change[]): ReadonlyMap<string, readonly string[]> {
  const types = new Map<string, string[]>();
  for (const change of changes) {
    if (change.name !== typeName) continue;
    const id = recordId(change);
    const own = types.get(id) ?? [];
    for (const type of [change.old, change.new]) if (type !== undefined) own.push(type);
    types.set(id, own);
  }
  return types;
}

export function recordId({ database, key }: Pick<Change, "database" | "key">): string {
  return `${database} ${key}`;
}

/**
 * Changes as they may be shown: values of secrets are masked, those of today's type of the record and those of
 * the types it had (`past`), so that a record that is gone tells nothing either.
 */
export function masked(
  settings: Settings,
  change: Change,
  past: ReadonlyMap<string, readonly string[]>,
): Change {
  const { database, key, name } = change;
  const types = [settings.snapshot.type(database, key), ...(past.get(recordId(change)) ?? [])];
  const hides = [...new Set(types)].some((type) =>
    isSecret(findEntry(settings.catalogue, database, key, type), name),
  );
  return hides ? { ...change, old: change.old && mask, new: change.new && mask } : change;
}
