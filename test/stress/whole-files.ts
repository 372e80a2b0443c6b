import { readFileSync } from "node:fs";

/** Lines of a file that all name the same value, so that a mixture within the file shows. */
const lineCount = 100;

/** A fragment for a file of so many lines, each of a property and of `padding` letters: ten times ten parse faster. */
export function wholeFragment(property: string, padding: number): string {
  const loop = '{{#each (stack "l")}}\n';
  return (
    `${'{{#push "l"}}x{{/push}}\n'.repeat(10)}${loop}${loop}` +
    `value {{config.${property}}} ${"x".repeat(padding)}\n${"{{/each}}\n".repeat(2)}`
  );
}

/** The value that such a file holds throughout; -1 where it is not there. Throws for one that is not whole. */
export function heldValue(path: string): number {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return -1;
  }
  const lines = text.split("\n");
  const [first = ""] = lines;
  const isWhole = lines.length === lineCount + 1 && lines.slice(0, -1).every((line) => line === first);
  const [, value] = /^value (\d+) x*$/.exec(first) ?? [];
  if (!isWhole || lines.at(-1) !== "" || value === undefined)
    throw new Error(`${path} is not whole: ${lines.length} lines, ${first}`);
  return Number(value);
}
