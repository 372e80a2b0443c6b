import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { databaseOf, integrityOf, rowsOf, run, temporaryRoot } from "./processes.ts";

const workers = Array.from({ length: 32 }, (_, index) => index);
const perWorker = 100;
const races = 10;

const succeeds = async (root: string, ...args: readonly string[]): Promise<void> => {
  expect(await run("db", root, ...args)).toEqual({ exit: 0, signal: null, stderr: "" });
};

describe("processes that write at the same time", () => {
  it(`${workers.length} of them with ${perWorker} setprop each, on their own keys and on one`, async () => {
    const root = temporaryRoot();
    await succeeds(root, "site", "set", "shared", "t");
    for (const worker of workers) await succeeds(root, "site", "set", `own-${worker}`, "t");
    const began = performance.now();
    const expected: string[] = [];
    await Promise.all(
      workers.map(async (worker) => {
        for (let turn = 0; turn < perWorker; turn++) {
          const key = turn % 2 === 0 ? "shared" : `own-${worker}`;
          // One property that all write, one for each worker.
          const name = turn % 4 === 0 ? "Value" : `Value${worker}`;
          const value = `${worker}.${turn}`;
          expected.push(`${key} ${name} ${value}`);
          await succeeds(root, "site", "setprop", key, name, value);
        }
      }),
    );
    const seconds = (performance.now() - began) / 1000;
    const changes = rowsOf(root, "SELECT key, name, new, rev FROM change WHERE name <> 'type' ORDER BY id");
    const written = changes.map((row) => `${row["key"]} ${row["name"]} ${row["new"]}`);
    console.log(
      `${changes.length} changes by ${workers.length} processes at a time in ${seconds.toFixed(1)} s, ` +
        `${((1000 * seconds) / changes.length).toFixed(1)} ms each`,
    );
    expect(written).toHaveLength(workers.length * perWorker);
    expect([...written].sort()).toEqual([...expected].sort());
    expect(new Set(changes.map((row) => row["rev"])).size).toBe(changes.length);
    // What is stored is what the last change of each property says.
    const last = new Map(changes.map((row) => [`${row["key"]} ${row["name"]}`, row["new"]]));
    const stored = rowsOf(root, "SELECT key, name, value FROM prop");
    expect(new Map(stored.map((row) => [`${row["key"]} ${row["name"]}`, row["value"]]))).toEqual(last);
    expect(integrityOf(root)).toBe("ok");
  });

  it(`${workers.length} of them, all the first to use the database, ${races} times`, async () => {
    for (let race = 0; race < races; race++) {
      const root = temporaryRoot();
      await Promise.all(workers.map((worker) => succeeds(root, "site", "set", `k${worker}`, "t", "P", "1")));
      expect(rowsOf(root, "SELECT key FROM record")).toHaveLength(workers.length);
      expect(integrityOf(root)).toBe("ok");
      const leftovers = readdirSync(dirname(databaseOf(root))).filter(
        (name) => !/\.db(?:-wal|-shm)?$/.test(name),
      );
      expect(leftovers).toEqual([]);
    }
    console.log(`${races} races of ${workers.length} processes for the first use: no error, nothing lost`);
  });
});
