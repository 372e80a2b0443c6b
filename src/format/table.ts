import { visibleLength, wrap } from "./wrap.ts";

/** Narrower, what stands in the second column could not be read. */
const leastText = 28;

/** Columns without lines, two blanks between them; the last one is not padded. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  const lengths = rows.map((row) =>
    row.map((cell, index) => {
      const length = visibleLength(cell);
      widths[index] = Math.max(widths[index] ?? 0, length);
      return length;
    }),
  );
  const padded = (row: readonly string[], at: number): string =>
    row
      .map((cell, index) => cell + " ".repeat((widths[index] ?? 0) - (lengths[at]?.[index] ?? 0)))
      .join("  ")
      .trimEnd();
  return rows.map((row, at) => `${padded(row, at)}\n`).join("");
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
