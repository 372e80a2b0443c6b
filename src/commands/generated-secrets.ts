import { randomBytes } from "node:crypto";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { generateSecret } from "../catalogue/generate-secret.ts";
import { type Author, readSnapshot, writeTransaction } from "../db/store.ts";
import { Settings } from "../mail/settings.ts";
import { type CommandContext, findHostName } from "./context.ts";

type Place = readonly [database: string, key: string, property: string];

/** The secrets of known keys that the catalogue wants made and that are not stored. */
export function generatedSecrets(settings: Settings): Place[] {
  const places: Place[] = [];
  for (const [database, entries] of settings.catalogue) {
    for (const { match, properties } of entries) {
      if (!("key" in match)) continue;
      for (const [name, property] of Object.entries(properties)) {
        const stored = settings.snapshot.prop(database, match.key, name);
        if (property.generated === true && stored === undefined) places.push([database, match.key, name]);
      }
    }
  }
  return places;
}

/** Makes them, once: what is stored is never made again. */
export async function storeSecrets(
  context: CommandContext,
  catalogue: Catalogue,
  author: Author,
): Promise<void> {
  const snapshot = readSnapshot(context.paths.database);
  const missing = generatedSecrets(new Settings(snapshot, catalogue, () => findHostName(context)));
  snapshot.close();
  if (missing.length === 0) return;
  writeTransaction(context.paths.database, author, (writer) => {
    for (const [database, key, property] of missing) {
      const entry = catalogue.get(database)?.find(({ match }) => "key" in match && match.key === key);
      if (writer.snapshot.type(database, key) === undefined)
        writer.setType(database, key, entry?.types[0] ?? "");
      if (writer.snapshot.prop(database, key, property) !== undefined) continue;
      writer.setProp(
        database,
        key,
        property,
        generateSecret((count) => randomBytes(count)),
      );
    }
  });
}
