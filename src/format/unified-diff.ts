import { createTwoFilesPatch } from "diff";
import type { Style } from "./style.ts";

const contextLines = 3;

/** Beyond so many lines only the part between the first and the last difference is compared line by line. */
const manyLines = 2000;

/** More lines than these are counted, not shown, where many change at once. */
const shownChange = 200;

/** A unified difference of one file with three lines of context; `note` stands behind the new file's name. */
export function unifiedDiff(path: string, before: string, after: string, note: string): string {
  const old = before.split("\n");
  const renewed = after.split("\n");
  if (Math.max(old.length, renewed.length) > manyLines) return largeDiff(path, old, renewed, note);
  const patch = createTwoFilesPatch(path, path, before, after, "", note, { context: contextLines });
  return patch.slice(patch.indexOf("--- "));
}

/** One hunk from the first difference to the last: tables of many thousand lines change in a few of them. */
function largeDiff(path: string, old: readonly string[], renewed: readonly string[], note: string): string {
  const shorter = Math.min(old.length, renewed.length);
  let start = 0;
  while (start < shorter && old[start] === renewed[start]) start++;
  let end = 0;
  while (end < shorter - start && old.at(-1 - end) === renewed.at(-1 - end)) end++;
  const from = Math.max(0, start - contextLines);
  const hunk = [
    ...old.slice(from, start).map((line) => ` ${line}`),
    ...changedLines("-", old.slice(start, old.length - end)),
    ...changedLines("+", renewed.slice(start, renewed.length - end)),
    ...(end === 0 ? [] : renewed.slice(-end).slice(0, contextLines)).map((line) => ` ${line}`),
  ];
  return [
    `--- ${path}`,
    `+++ ${path}${note && `\t${note}`}`,
    `@@ from line ${from + 1} @@`,
    ...hunk,
    "",
  ].join("\n");
}

function changedLines(sign: string, lines: readonly string[]): string[] {
  const shown = lines.slice(0, shownChange).map((line) => `${sign}${line}`);
  return lines.length > shownChange ? [...shown, `… ${lines.length - shownChange} more lines`] : shown;
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
