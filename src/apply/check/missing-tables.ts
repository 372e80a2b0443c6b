import type { Paths } from "../../paths.ts";
import type { System } from "../../system/system.ts";
import type { TemplateLibrary } from "../../template/library.ts";
import type { PlannedFile } from "../plan.ts";
import type { Place } from "./places.ts";
import { refusal } from "./refusal.ts";
import { tableFile } from "./table-files.ts";

/** A table by its whole path, of a type that postmap(1) makes a file of its own for. */
const tableName = /\b(hash|btree|cdb|lmdb):(\/[^\s,{}"]+)/g;

/** A line of a planned file that names a table. */
interface Mention extends Place {
  readonly type: string;
  readonly source: string;
}

/**
 * Refuses configuration of Postfix that names a table which is not there and will not be made: Postfix starts with it,
 * and answers every client with 451 then.
 */
export async function refuseMissingTables(
  system: System,
  paths: Paths,
  library: TemplateLibrary,
  changed: readonly PlannedFile[],
): Promise<void> {
  // Without it no table is made here, and that is said.
  if (system.processes.find("postmap") === undefined) return;
  const absent = changed
    .filter(({ rendered }) => rendered.metadata.syntax === "postfix-main")
    .flatMap(({ rendered }) => mentionsIn(rendered))
    .filter(({ type, source }) => !isThere(system, paths, changed, type, source));
  const missing: Mention[] = [];
  for (const mention of absent) {
    // One that has a template comes with the event that makes it.
    if ((await library.find(mention.source)) === undefined) missing.push(mention);
  }
  if (missing.length === 0) return;
  const words = missing.map(
    ({ type, source }) =>
      `${type}:${source}: there is no ${tableFile(source, type)} (postmap ${type}:${source})`,
  );
  throw refusal("postfix", words, missing);
}

function mentionsIn(file: PlannedFile["rendered"]): Mention[] {
  return (file.text ?? "").split("\n").flatMap((content, index) => {
    if (content.startsWith("#")) return [];
    return [...content.matchAll(tableName)].map(([, type = "", source = ""]) => ({
      ...{ file, line: index + 1, type, source },
    }));
  });
}

/** A table whose text is made from a template with the same `map` will be there. */
function isThere(
  { files }: System,
  paths: Paths,
  changed: readonly PlannedFile[],
  type: string,
  source: string,
): boolean {
  const text = changed.find(({ rendered }) => rendered.path === source);
  if (text !== undefined && text.rendered.metadata.map === type) return text.bytes !== undefined;
  return files.status(paths.target(tableFile(source, type))) !== undefined;
}
