import { randomBytes } from "node:crypto";
import { templateContext } from "../apply/context.ts";
import { findEntry } from "../catalogue/catalogue.ts";
import { generateSecret } from "../catalogue/generate-secret.ts";
import { type Author, writeTransaction } from "../db/store.ts";
import { MailwrightError } from "../errors.ts";
import type { Settings } from "../mail/settings.ts";
import { mailTables } from "../mail/tables.ts";
import type { Template, TemplateLibrary } from "../template/library.ts";
import { expressionNames, nodesName } from "../template/nodes.ts";
import { renderTemplate } from "../template/render.ts";
import type { CommandContext } from "./context.ts";

interface Place {
  readonly database: string;
  readonly key: string;
  readonly property: string;
}

/** The secrets that the catalogue wants made, that are not stored, and that these templates' files would hold. */
export async function missingSecrets(
  library: TemplateLibrary,
  settings: Settings,
  targets: readonly string[],
): Promise<Place[]> {
  const unset = unsetSecrets(settings);
  if (unset.length === 0) return [];
  const all = await Promise.all(targets.map((target) => library.load(target)));
  const templates = all.filter((template) => mayHold(template, unset));
  const files = templates.flatMap((template) => renderTemplate(template, templateContext(settings)));
  const used = new Set(
    files.flatMap(({ lines }) => lines.flatMap(({ uses }) => uses.map(({ source }) => source))),
  );
  return unset.filter(({ key, property }) => used.has(`${key} ${property}`));
}

/** Whether a template names one of the properties, or a table that is made of one: most do not, and are not rendered. */
function mayHold({ fragments, each, name }: Template, places: readonly Place[]): boolean {
  const names = places.map(({ property }) => property);
  for (const [table, { from }] of Object.entries(mailTables)) {
    const isOf = places.some((place) =>
      from.some(({ source }) => source === `${place.key} ${place.property}`),
    );
    if (isOf) names.push(table);
  }
  const expressions = [each, name].flatMap((expression) => expression ?? []);
  return (
    expressions.some((expression) => expressionNames(expression, new Set(names))) ||
    fragments.some(
      ({ text, nodes }) => names.some((name) => text.includes(name)) && nodesName(nodes, new Set(names)),
    )
  );
}

function unsetSecrets({ catalogue, snapshot }: Settings): Place[] {
  return [...catalogue].flatMap(([database, entries]) =>
    entries.flatMap(({ match, properties }) => {
      if (!("key" in match)) return [];
      const { key } = match;
      return Object.entries(properties)
        .filter(
          ([name, { generated }]) => generated === true && snapshot.prop(database, key, name) === undefined,
        )
        .map(([property]) => ({ database, key, property }));
    }),
  );
}

/** Makes them, once: what is stored is never made again. */
export function storeSecrets(
  context: CommandContext,
  settings: Settings,
  places: readonly Place[],
  author: Author,
): void {
  writeTransaction(context.paths.database, author, (writer) => {
    for (const { database, key, property } of places) {
      const entry = findEntry(settings.catalogue, database, key);
      if (writer.snapshot.type(database, key) === undefined)
        writer.setType(database, key, entry?.types[0] ?? "");
      if (writer.snapshot.prop(database, key, property) === undefined) {
        writer.setProp(
          database,
          key,
          property,
          generateSecret((count) => randomBytes(count)),
        );
      }
    }
  });
}

/** A template that fails here fails in the plan again, which tells of it as of any other step. */
export async function secretsToMake(
  library: TemplateLibrary,
  settings: Settings,
  targets: readonly string[],
): Promise<Place[]> {
  try {
    return await missingSecrets(library, settings, targets);
  } catch (error) {
    if (error instanceof MailwrightError) return [];
    throw error;
  }
}
