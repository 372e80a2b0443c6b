import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { databaseOf, ended, integrityOf, rowsOf, run, start, temporaryRoot } from "./processes.ts";

const kills = 200;
/** Every so many of them on a root without a database, so that its making is interrupted as well. */
const freshEvery = 4;
const names = Array.from({ length: 40 }, (_, index) => `P${index}`);

/** One command that stores the same value in many properties, in one transaction. */
const setAll = (value: string): string[] => [
  "site",
  "set",
  "k",
  "t",
  ...names.flatMap((name) => [name, value]),
];

/** The value that all properties have; throws where they are not one. */
function commonValue(root: string): string | undefined {
  if (!existsSync(databaseOf(root))) return undefined;
  expect(integrityOf(root)).toBe("ok");
  const rows = rowsOf(root, "SELECT value, count(*) AS count FROM prop GROUP BY value");
  if (rows.length === 0) {
    expect(rowsOf(root, "SELECT * FROM record")).toEqual([]);
    return undefined;
  }
  expect(rows).toEqual([{ value: expect.anything(), count: names.length }]);
  return String(rows[0]?.["value"]);
}

/** Each revision has either all of its changes or does not exist. */
function expectWholeRevisions(root: string): void {
  const rows = rowsOf(root, "SELECT rev, count(*) AS count FROM change WHERE name <> 'type' GROUP BY rev");
  for (const row of rows) expect(row["count"]).toBe(names.length);
}

describe("setprop and set, killed with SIGKILL", () => {
  it(`${kills} times at random points: the old or the new, never half`, async () => {
    const steady = temporaryRoot();
    expect(await run("db", steady, ...setAll("start"))).toMatchObject({ exit: 0, stderr: "" });
    const began = performance.now();
    for (const value of ["a", "b", "c"]) await run("db", steady, ...setAll(value));
    const usual = (performance.now() - began) / 3;
    const tally = { killed: 0, old: 0, new: 0, fresh: 0, late: 0 };
    for (let turn = 0; tally.killed < kills; turn++) {
      const isFresh = turn % freshEvery === 0;
      const root = isFresh ? temporaryRoot() : steady;
      const before = commonValue(root);
      const value = `v${turn}`;
      const child = start("db", root, setAll(value));
      const end = ended(child);
      // Sooner or later, with more of them about the end, where it commits.
      await sleep(Math.sqrt(Math.random()) * usual * (isFresh ? 1.6 : 1.1));
      child.kill("SIGKILL");
      const { exit, signal, stderr } = await end;
      // The program is the first to open what was left, and repairs it; then SQLite is asked.
      expect(await run("db", root, "site", "printjson")).toEqual({ exit: 0, signal: null, stderr: "" });
      const after = commonValue(root);
      if (existsSync(databaseOf(root))) expectWholeRevisions(root);
      if (signal === null) {
        // It was done before the signal came, so what it stored must be there.
        expect({ exit, stderr, after }).toEqual({ exit: 0, stderr: "", after: value });
        tally.late++;
        continue;
      }
      expect([before, value]).toContain(after);
      tally.killed++;
      if (isFresh) tally.fresh++;
      if (after === value) tally.new++;
      else tally.old++;
      // Whatever was interrupted, the next one works.
      if (turn % 10 === 0) {
        expect(await run("db", root, ...setAll(`after ${turn}`))).toEqual({
          exit: 0,
          signal: null,
          stderr: "",
        });
        expect(commonValue(root)).toBe(`after ${turn}`);
      }
    }
    console.log(
      `killed ${tally.killed} times (${tally.fresh} without a database yet): ${tally.old} left the old, ` +
        `${tally.new} the new; ${tally.late} were done before the signal; integrity_check ok each time`,
    );
    // Both outcomes must have been seen, else the signals came too early or too late to show anything.
    expect(tally.old).toBeGreaterThan(0);
    expect(tally.new).toBeGreaterThan(0);
  });
});
