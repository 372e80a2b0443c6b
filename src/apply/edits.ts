import { dirname } from "node:path";
import { MailwrightError } from "../errors.ts";
import type { Paths } from "../paths.ts";
import type { System } from "../system/system.ts";
import type { HandEdit, PlannedFile } from "./plan.ts";

/**
 * What becomes of a file that was edited by hand and is to be written: a dated copy is kept, or none, or the
 * apply ends before it touches anything.
 */
export type OnEdit = "keep" | "overwrite" | "fail";

export const onEditChoices: readonly OnEdit[] = ["keep", "overwrite", "fail"];

const happened: Readonly<Record<HandEdit, string>> = {
  content: "was edited by hand",
  attributes: "had its mode or owner changed by hand",
  removed: "was removed by hand",
  link: "was replaced by hand",
};

/** Ends the apply, with nothing touched, where files were edited and `fail` is asked for. */
export function refuseEdits(files: readonly PlannedFile[]): void {
  const edited = files.flatMap(({ rendered, edit }) =>
    edit === undefined ? [] : [`${rendered.path} ${happened[edit]}`],
  );
  if (edited.length === 0) return;
  throw new MailwrightError(`${edited.length === 1 ? "a file was" : "files were"} edited by hand`, {
    code: "EDITED",
    hint: [
      ...edited,
      "Nothing was touched. Move the edits into fragments (expand-template --diff PATH shows them),",
      "or have them written over with a copy kept: --on-edit=keep",
    ].join("\n"),
  });
}

/**
 * Keeps, dated and beside the database, the bytes that mailwright did not write; tells where each lies. What was
 * there before mailwright made its first file is kept with `overwrite` too.
 */
export function keepEdited(
  system: System,
  paths: Paths,
  files: readonly PlannedFile[],
  onEdit: OnEdit,
): string[] {
  return files.flatMap(({ rendered, before, state, edit }) => {
    const { path } = rendered;
    const isForeign = state === "foreign";
    if (!isForeign && edit === undefined) return [];
    const what = isForeign ? "was there before, not made by mailwright" : happened[edit ?? "content"];
    if (before.status !== undefined && before.status.kind !== "file")
      return [`${path} ${what}: it ${before.status.link ? `led to ${before.status.link}` : "was no file"}`];
    if (before.bytes === undefined || edit === "attributes")
      return [`${path} ${what}: it is as it should be again`];
    if (!isForeign && onEdit === "overwrite") return [`${path} ${what}: it is written over`];
    return [`${path} ${what}: a copy of it goes to ${keepCopy(system, paths, path, before.bytes)}`];
  });
}

/** Keeps bytes, dated and beside the database; returns where. */
export function keepCopy(system: System, paths: Paths, path: string, bytes: Uint8Array): string {
  const stamp = new Date(system.clock.now()).toISOString().replace(/[:.]/g, "-");
  const copy = `${paths.state}/edited/${stamp}${path}`;
  system.files.makeFolder(dirname(copy), 0o700);
  system.files.write(copy, bytes, { mode: 0o600 });
  return copy;
}
