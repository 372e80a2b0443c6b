import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { readSnapshot, writeTransaction } from "../../../src/db/store.ts";

const author = { actor: "root", via: "tty1" };

function database(): string {
  const folder = mkdtempSync(join(tmpdir(), "mailwright-snapshot-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "mailwright.db");
}

it("a record read among all has the properties that it has alone, in the same order", () => {
  const path = database();
  const name = fc.oneof(
    fc.constantFrom("0", "10", "9", "__proto__", "constructor", "toString", "é", "\u{1f600}", "\u{ffff}"),
    fc.string({ minLength: 1, unit: "grapheme" }),
  );
  const props = fc.uniqueArray(fc.tuple(name, fc.string({ unit: "grapheme" })), { selector: ([key]) => key });
  let number = 0;
  fc.assert(
    fc.property(props, (pairs) => {
      const key = `record${++number}`;
      writeTransaction(path, author, (writer) => {
        writer.setRecord("site", { key, type: "site", props: new Map(pairs) });
      });
      const snapshot = readSnapshot(path);
      const alone = snapshot.record("site", key)?.props ?? new Map();
      const listed = snapshot.records("site").find((record) => record.key === key)?.props ?? new Map();
      snapshot.close();
      expect([...listed]).toEqual([...alone]);
      expect([...listed.keys()]).toEqual([...alone.keys()]);
      expect(listed.size).toBe(pairs.length);
      for (const [wanted, value] of pairs) expect(listed.get(wanted)).toBe(value);
      expect(listed.has("no such property") || listed.get("hasOwnProperty") !== undefined).toBe(
        alone.has("no such property") || alone.has("hasOwnProperty"),
      );
    }),
    { numRuns: 40 },
  );
});

it("a reader sees one moment, a writer what it has changed so far", () => {
  const path = database();
  writeTransaction(path, author, (writer) => writer.setType("site", "a", "site"));
  const snapshot = readSnapshot(path);
  const seen = snapshot.records("site").length;
  writeTransaction(path, author, (writer) => {
    expect(writer.snapshot.records("site").length).toBe(1);
    writer.setType("site", "b", "site");
    expect(writer.snapshot.records("site").map(({ key }) => key)).toEqual(["a", "b"]);
  });
  expect([seen, snapshot.records("site").length]).toEqual([1, 1]);
  snapshot.close();
});
