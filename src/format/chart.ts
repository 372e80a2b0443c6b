/** Eighths of a character cell, from the bottom. */
const blocks = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/**
 * Values as columns, one a character wide, the newest at the right; `rows` lines, top first. The scale goes from 0 to
 * `top`. Without `unicode` a column is drawn with `#`, and a value that fills no row with `.`.
 */
export function chart(
  values: readonly number[],
  size: { readonly columns: number; readonly rows: number; readonly top: number },
  unicode: boolean,
): string[] {
  const { columns, rows, top } = size;
  const shown = values.slice(-columns);
  const lead = " ".repeat(Math.max(0, columns - shown.length));
  const eighths = shown.map((value) => {
    const filled = top <= 0 ? 0 : Math.round((Math.min(value, top) / top) * rows * 8);
    // What is there is seen, however little.
    return value > 0 ? Math.max(1, filled) : 0;
  });
  return Array.from({ length: rows }, (_, line) => {
    const below = (rows - 1 - line) * 8;
    const cells = eighths.map((count) => cell(Math.min(8, Math.max(0, count - below)), unicode));
    return lead + cells.join("");
  });
}

function cell(eighths: number, unicode: boolean): string {
  if (unicode) return blocks[eighths] ?? " ";
  return eighths >= 4 ? "#" : eighths > 0 ? "." : " ";
}

/** The least round number that is not below a value: 1, 2 or 5 times a power of ten. */
export function roundTop(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((top) => top >= value) ?? value;
}
