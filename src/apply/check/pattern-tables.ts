import type { RenderedFile } from "../../template/render.ts";
import type { Stage } from "./stage.ts";

/** A table of regular expressions. */
export interface PatternTable {
  readonly type: "regexp" | "pcre";
  /** Where it lies: in the stage, if it lies in the tree or is planned. */
  readonly path: string;
  /** In the managed system. */
  readonly target: string;
}

/**
 * The tables of regular expressions that one of these files of Postfix names, and those that are planned and look
 * like one. Postfix leaves out a rule that it cannot read and says so in the log alone.
 */
export function patternTables(stage: Stage, mains: readonly string[]): PatternTable[] {
  const named = mains
    .flatMap((main) => namedTables(stage.text(main) ?? ""))
    .map(({ type, path }): PatternTable => ({ type, path, target: stage.lives(path) }));
  const known = new Set(named.map(({ target }) => target));
  const others = stage.planned
    .map(({ rendered }) => rendered)
    .filter((file) => isPatternTable(file) && !known.has(file.path))
    .map(({ path: target }): PatternTable => ({ type: "regexp", path: stage.path(target), target }));
  const tables = [...named, ...others].map((table) => [`${table.type}:${table.path}`, table] as const);
  return [...new Map(tables).values()];
}

/** `regexp:/path` and `pcre:/path` wherever they stand in main.cf or master.cf, comments left out. */
export function namedTables(text: string): Pick<PatternTable, "type" | "path">[] {
  const lines = text.replace(/^\s*#.*$/gm, "");
  return [...lines.matchAll(/\b(regexp|pcre):(\/[^\s,{}]+)/g)].map(([, type, path = ""]) => ({
    type: type === "pcre" ? "pcre" : "regexp",
    path,
  }));
}

/** A text table whose first rule is a pattern or begins a group of them. */
function isPatternTable({ text = "", metadata }: RenderedFile): boolean {
  if (metadata.syntax !== "postfix-map" || metadata.map !== undefined) return false;
  const first = text.split("\n").find((line) => line.trim() !== "" && !line.startsWith("#"));
  return first !== undefined && /^(?:!?\/|if\s)/i.test(first);
}
