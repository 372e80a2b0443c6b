import { createTwoFilesPatch } from "diff";
import type { Style } from "./style.ts";

/** A unified difference of one file with three lines of context; `note` stands behind the new file's name. */
export function unifiedDiff(path: string, before: string, after: string, note: string): string {
  const patch = createTwoFilesPatch(path, path, before, after, "", note, { context: 3 });
  return patch.slice(patch.indexOf("--- "));
}

export function colourDiff(patch: string, style: Style): string {
  return patch
    .split("\n")
    .map((line) => {
      if (line.startsWith("+++") || line.startsWith("---")) return style.strong(line);
      if (line.startsWith("@@")) return style.faint(line);
      if (line.startsWith("+")) return style.good(line);
      return line.startsWith("-") ? style.bad(line) : line;
    })
    .join("\n");
}
