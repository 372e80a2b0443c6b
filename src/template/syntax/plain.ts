import { refuse } from "./unwritable-value.ts";

/**
 * A piece of a line in a file without a syntax of its own; nothing is changed.
 *
 * @throws UnwritableValue for line ends and every control character but the tab.
 */
export function escapePlain(value: string): string {
  refuse(value, "a plain file", [
    [/[\n\r]/, "a line break"],
    [/[^\P{Cc}\t]/u, "a control character"],
  ]);
  return value;
}

/**
 * Whole lines, such as the text of a disclaimer; nothing is changed.
 *
 * @throws UnwritableValue for every control character but line feed and tab.
 */
export function escapePlainText(value: string): string {
  refuse(value, "a plain file", [[/[^\P{Cc}\t\n]/u, "a control character"]]);
  return value;
}
