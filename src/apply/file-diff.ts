import { unifiedDiff } from "../format/unified-diff.ts";
import { byBytes } from "../system/byte-order.ts";
import { headerOrigin } from "../template/render.ts";
import type { PlannedFile } from "./plan.ts";

/** The difference that a plan makes to one file; what holds secrets is told, not shown. */
export function fileDiff(file: PlannedFile): string {
  const { rendered, before, bytes, state } = file;
  const { path, metadata } = rendered;
  const mode = `0${metadata.mode.toString(8)} ${metadata.owner}:${metadata.group}`;
  if (state === "attributes") return `${path}: mode and owner become ${mode}\n`;
  if (isSecret(file))
    return `${path}: ${bytes === undefined ? "is removed" : "changes"}; not shown, for it holds secrets\n`;
  const old = before.bytes === undefined ? "" : Buffer.from(before.bytes).toString();
  const text = bytes === undefined ? "" : Buffer.from(bytes).toString();
  const patch = unifiedDiff(path, old, text, origins(file, old.split("\n")));
  return state === "new" ? shortened(patch, path) : patch;
}

/** How much of a new file is shown. */
const shownLines = 40;

function shortened(patch: string, path: string): string {
  const lines = patch.split("\n");
  if (lines.length <= shownLines) return patch;
  const rest = lines.length - shownLines;
  return [...lines.slice(0, shownLines), `… ${rest} more lines: expand-template --stdout ${path}`, ""].join(
    "\n",
  );
}

/** What is made of secrets, or may not be read by all: the file as it is may hold secrets that the new one has not. */
function isSecret({ rendered, before }: PlannedFile): boolean {
  const readableByAll = 0o004;
  const isPrivate = (mode: number | undefined): boolean => mode !== undefined && (mode & readableByAll) === 0;
  return rendered.secret || isPrivate(rendered.metadata.mode) || isPrivate(before.status?.mode);
}

/** Which fragments, and properties, the new lines come from. */
function origins({ rendered }: PlannedFile, old: readonly string[]): string {
  const known = new Set(old);
  const text = rendered.text?.split("\n") ?? [];
  const added = rendered.lines.filter(
    (line, index) => line.fragment !== headerOrigin && !known.has(text[index] ?? ""),
  );
  const fragments = new Set(added.map(({ fragment }) => fragment.slice(fragment.lastIndexOf("/") + 1)));
  const uses = new Set(added.flatMap((line) => line.uses.map(({ source }) => source)));
  return added.length === 0 ? "" : `from ${[...fragments, ...[...uses].sort(byBytes)].join(", ")}`;
}
