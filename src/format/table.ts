import { visibleLength, wrap } from "./wrap.ts";

/** Narrower, what stands in the second column could not be read. */
const leastText = 28;

/** Columns without lines, two blanks between them; the last one is not padded. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, visibleLength(cell));
    });
  }
  const pad = (cell: string, index: number): string =>
    cell + " ".repeat((widths[index] ?? 0) - visibleLength(cell));
  return rows.map((row) => `${row.map(pad).join("  ").trimEnd()}\n`).join("");
}

/** Names with what they mean, broken to the width; where a column of it would be too narrow, below the names. */
export function described(rows: readonly (readonly [name: string, text: string])[], width: number): string {
  const beside = Math.max(0, ...rows.map(([name]) => visibleLength(name))) + 2;
  const isNarrow = width - beside < leastText;
  const indent = isNarrow ? 8 : beside;
  const lead = (name: string): string =>
    isNarrow ? `${name}\n${" ".repeat(indent)}` : name + " ".repeat(beside - visibleLength(name));
  return rows.map(([name, text]) => `${lead(name)}${wrap(text, width, indent)}\n`).join("");
}
