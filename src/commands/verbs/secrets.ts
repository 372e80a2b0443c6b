import { findEntry } from "../../catalogue/catalogue.ts";
import { findProperty } from "../../catalogue/effective.ts";
import type { Change } from "../../db/history.ts";
import type { Settings } from "../../mail/settings.ts";

const mask = "••••••";

/** Names of properties that the catalogue does not know and that are taken for secrets all the same. */
const secretName = /password|passwd|secret|token|passphrase/i;

/** Whether the values of a property are never shown. A record that is gone is known by the types it had. */
export function isSecret(settings: Settings, change: Change, types: readonly string[]): boolean {
  const { database, key, name } = change;
  if (secretName.test(name)) return true;
  const known = [settings.snapshot.type(database, key), ...types];
  return known.some(
    (type) => findProperty(findEntry(settings.catalogue, database, key, type), name)?.secret === true,
  );
}

/** A change as it may be shown: values of secrets are masked, present or not. */
export function masked(settings: Settings, change: Change, all: readonly Change[]): Change {
  const types = all
    .filter(
      ({ database, key, name }) => database === change.database && key === change.key && name === "type",
    )
    .flatMap(({ old, new: type }) => [old, type].filter((value) => value !== undefined));
  if (!isSecret(settings, change, types)) return change;
  return { ...change, old: change.old && mask, new: change.new && mask };
}
