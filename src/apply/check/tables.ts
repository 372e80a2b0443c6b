import type { Paths } from "../../paths.ts";
import type { System } from "../../system/system.ts";
import { mayHold, type PlannedFile } from "../plan.ts";
import { unique } from "./judges.ts";
import { inParallel } from "./parallel.ts";
import { placesIn } from "./places.ts";
import { refusal, tooSlow } from "./refusal.ts";
import { Stage } from "./stage.ts";
import { tableFile } from "./table-files.ts";

/** Milliseconds that postmap(1) may take for one table. */
const timeout = 120_000;

/** Tables that are made side by side. */
const atOnce = 4;

const configuration = "/etc/postfix";

/** A compiled table as it is to stand beside its text. */
export interface BuiltTable {
  readonly file: PlannedFile;
  /** In the managed system, such as `/etc/postfix/local-domains.cdb`. */
  readonly path: string;
  /** `undefined` where it is to be removed, because its text is. */
  readonly bytes: Uint8Array | undefined;
}

/** A planned text whose template asks for a table. */
interface Source {
  readonly file: PlannedFile;
  readonly type: string;
  readonly path: string;
}

/**
 * Makes, in a private folder, the tables of those planned files that say `map`: where the text changes, and where the
 * table is missing, or older than its text, or made of another one. Throws, as a check does, where postmap refuses a text or
 * leaves out a line of it. Writes nothing in the managed system. `notes` tell what is left undone.
 */
export async function buildTables(
  system: System,
  paths: Paths,
  files: readonly PlannedFile[],
): Promise<{ tables: readonly BuiltTable[]; notes: readonly string[] }> {
  const sources = files.flatMap((file): Source[] => {
    const { path, metadata } = file.rendered;
    const type = metadata.map;
    return type === undefined ? [] : [{ file, type, path: tableFile(path, type) }];
  });
  const removed = sources.filter(
    ({ file, path }) => file.bytes === undefined && system.files.status(paths.target(path)) !== undefined,
  );
  const due = sources.filter((source) => isDue(system, paths, source));
  const postmap = system.processes.find("postmap");
  const made = postmap === undefined ? [] : await build(system, paths, postmap, due, files);
  return {
    tables: [...removed.map(({ file, path }) => ({ file, path, bytes: undefined })), ...made],
    notes:
      postmap === undefined ? due.map(({ path }) => `postmap is not installed: ${path} is not made`) : [],
  };
}

function isDue(
  system: System,
  paths: Paths,
  { file: { rendered, state, bytes, lastWritten }, path }: Source,
): boolean {
  if (bytes === undefined) return false;
  if (state !== "same" && state !== "attributes") return true;
  // Whoever has edited the text to what it is to be now has left its table as it was, and perhaps in the same second.
  if (lastWritten !== undefined && !mayHold(lastWritten, bytes)) return true;
  const made = system.files.status(paths.target(path))?.modified;
  return made === undefined || made < (system.files.status(paths.target(rendered.path))?.modified ?? 0);
}

async function build(
  system: System,
  paths: Paths,
  postmap: string,
  due: readonly Source[],
  files: readonly PlannedFile[],
): Promise<BuiltTable[]> {
  if (due.length === 0) return [];
  const stage = new Stage(system, paths, []);
  try {
    // Keys are folded as main.cf says (smtputf8_enable), and lmdb takes its size from there.
    stage.write(`${configuration}/main.cf`, mainFile(system, paths, files));
    return await inParallel(
      atOnce,
      due.map((source) => () => buildOne(stage, postmap, source)),
    );
  } finally {
    stage.remove();
  }
}

function mainFile(system: System, paths: Paths, files: readonly PlannedFile[]): Uint8Array | string {
  const path = `${configuration}/main.cf`;
  const planned = files.find(({ rendered }) => rendered.path === path);
  return (planned === undefined ? system.files.read(paths.target(path)) : planned.bytes) ?? "";
}

async function buildOne(stage: Stage, postmap: string, { file, type, path }: Source): Promise<BuiltTable> {
  const { rendered } = file;
  const staged = stage.write(rendered.path, file.bytes ?? "");
  const argv = [postmap, "-c", stage.path(configuration), `${type}:${staged}`] as const;
  const outcome = await stage.system.processes.inspect(argv, { timeout });
  const lines = unique(stage.lives(outcome.stderr).split("\n")).filter((line) => line.trim() !== "");
  if (outcome.timedOut) throw tooSlow("postfix", "postmap", lines, timeout);
  // Of main.cf, which it reads too, `postfix check` tells.
  const against = lines.filter((line) => line.includes(rendered.path));
  const bytes = stage.system.files.read(stage.path(path));
  if (outcome.exit === 0 && against.length === 0 && bytes !== undefined) return { file, path, bytes };
  const words = outcome.exit === 0 ? against : lines;
  const said = words.length > 0 ? words : [`postmap ended with status ${outcome.exit} and made no ${path}`];
  throw refusal(
    "postfix",
    said,
    placesIn(said, [{ file: rendered, names: [rendered.path, path] }], rendered),
  );
}
