import { expect, it } from "vitest";
import { type DbRecord, emptySnapshot, type Snapshot } from "../../../src/db/record.ts";
import { changedSnapshot } from "../../../src/mail/changed-snapshot.ts";

const record = (key: string, type: string, value: string): DbRecord => ({
  key,
  type,
  props: new Map([["P", value]]),
});

const stored: Snapshot = {
  ...emptySnapshot,
  record: (database, key) => (database === "a" && key === "m" ? record("m", "t", "1") : undefined),
  type: (database, key) => (database === "a" && key === "m" ? "t" : undefined),
  prop: (database, key, name) => (database === "a" && key === "m" && name === "P" ? "1" : undefined),
  records: (database) => (database === "a" ? [record("m", "t", "1")] : []),
  databases: () => ["a"],
};

it("a record that is made or changed is seen in its place, and no other is", () => {
  const made = changedSnapshot(stored, [{ database: "a", key: "b", record: record("b", "u", "2") }]);
  expect(made.records("a").map(({ key, type }) => [key, type])).toEqual([
    ["b", "u"],
    ["m", "t"],
  ]);
  expect(made.keys("a")).toEqual(["b", "m"]);
  expect([made.type("a", "b"), made.prop("a", "b", "P"), made.prop("a", "m", "P")]).toEqual(["u", "2", "1"]);
  expect(made.records("b")).toEqual([]);
  const changed = changedSnapshot(stored, [{ database: "a", key: "m", record: record("m", "t", "3") }]);
  expect([changed.prop("a", "m", "P"), changed.prop("a", "m", "Q")]).toEqual(["3", undefined]);
  expect(
    changedSnapshot(stored, [{ database: "c", key: "k", record: record("k", "t", "1") }]).databases(),
  ).toEqual(["a", "c"]);
});

it("a record that is gone is seen nowhere", () => {
  const gone = changedSnapshot(stored, [{ database: "a", key: "m", record: undefined }]);
  expect([gone.record("a", "m"), gone.type("a", "m"), gone.prop("a", "m", "P")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(gone.types("a")).toEqual([]);
});

it("namesakes are found by the whole key and by what stands before a domain, changed ones as they are now", () => {
  const own: Snapshot = {
    ...stored,
    namesakes: (_, name) => (name === "m" ? [{ key: "m", type: "t" }] : []),
  };
  const keys = ["John@a.org", "sales@", "john", "a@b@c", "johnny"];
  const changes = [
    { database: "a", key: "m", record: undefined },
    ...keys.map((key) => ({ database: "a", key, record: record(key, "u", "1") })),
  ];
  const changed = changedSnapshot(own, changes);
  const found = (name: string): string[] => changed.namesakes("a", name).map(({ key }) => key);
  expect(found("john")).toEqual(["John@a.org", "john"]);
  expect(found("john@a.org")).toEqual(["John@a.org"]);
  expect([found("a"), found("a@b"), found("a@b@c")]).toEqual([["a@b@c"], ["a@b@c"], ["a@b@c"]]);
  expect(found("m")).toEqual([]);
  expect(changedSnapshot(own, changes.slice(1)).namesakes("a", "m")).toEqual([{ key: "m", type: "t" }]);
});

it("a database is read once where nothing is written, and many changes cost no more than few for each record", () => {
  let reads = 0;
  const all = Array.from({ length: 20_000 }, (_, at) => record(`k${at}`, "t", "1"));
  const large: Snapshot = {
    ...emptySnapshot,
    records: () => {
      reads += 1;
      return all;
    },
  };
  const changes = all.map(({ key }) => ({ database: "a", key, record: record(key, "u", "2") }));
  const changed = changedSnapshot(large, changes);
  const start = performance.now();
  expect(changed.records("a").every(({ type }) => type === "u")).toBe(true);
  expect(changed.keys("a")).toHaveLength(all.length);
  for (const { key } of all) expect(changed.prop("a", key, "P")).toBe("2");
  expect(reads).toBe(1);
  // One search of all changes for each record would be 400 million comparisons.
  expect(performance.now() - start).toBeLessThan(5000);
  changedSnapshot({ ...large, isFixed: false }, changes).records("a");
  expect(reads).toBe(2);
});

it("a database all of whose records are gone is no longer there", () => {
  const gone = changedSnapshot(stored, [{ database: "a", key: "m", record: undefined }]);
  expect(gone.databases()).toEqual([]);
});
