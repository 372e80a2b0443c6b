import { heldValue } from "./whole-files.ts";

/**
 * A process of its own that reads files again and again until its standard input ends, then prints as JSON how often, which
 * values it saw, and what was not whole or not there.
 */
const paths = process.argv.slice(2);
const seen = { rounds: 0, values: new Set<number>(), faults: new Set<string>() };
let isOver = false;
process.stdin.on("data", () => undefined);
process.stdin.on("end", () => {
  isOver = true;
});
process.stdout.write("ready\n");
while (!isOver) {
  for (const path of paths) {
    try {
      const value = heldValue(path);
      if (value < 0) seen.faults.add(`${path} is not there`);
      seen.values.add(value);
    } catch (error) {
      seen.faults.add(String(error));
    }
  }
  seen.rounds++;
  await new Promise((resolve) => setImmediate(resolve));
}
process.stdout.write(
  JSON.stringify({ rounds: seen.rounds, values: [...seen.values].sort(), faults: [...seen.faults] }),
);
process.exit(0);
