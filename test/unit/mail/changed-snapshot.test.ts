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
