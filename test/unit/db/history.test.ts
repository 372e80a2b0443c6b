import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Change, netChanges, netChangesBy, undo, undoUntouched } from "../../../src/db/history.ts";
import type { DbRecord } from "../../../src/db/record.ts";
import { readSnapshot, writeTransaction } from "../../../src/db/store.ts";
import type { Writer } from "../../../src/db/writer.ts";

const change = (revision: number, name: string, old?: string, value?: string): Change => ({
  revision,
  at: revision,
  actor: "root",
  via: "tty1",
  database: "site",
  key: "k",
  name,
  old,
  new: value,
});

describe("netChanges", () => {
  it("takes the first old and the last new value of each property", () => {
    const net = netChanges([
      change(1, "A", "1", "2"),
      change(2, "B", undefined, "x"),
      change(3, "A", "2", "3"),
    ]);
    expect(net).toEqual([change(2, "B", undefined, "x"), { ...change(3, "A", "2", "3"), old: "1" }]);
  });

  it("leaves out what came back to where it was", () => {
    expect(netChanges([change(1, "A", "1", "2"), change(2, "A", "2", "1")])).toEqual([]);
    expect(netChanges([change(1, "A", undefined, "2"), change(2, "A", "2", undefined)])).toEqual([]);
  });

  it("tells an empty value from an absent one", () => {
    expect(netChanges([change(1, "A", undefined, "")])).toHaveLength(1);
  });

  it("keeps properties of one name apart by key and database, however these are written", () => {
    const other = { ...change(2, "A", "1", "2"), key: 'k","A' };
    const third = { ...change(3, "A", "1", "2"), database: "other" };
    expect(netChanges([change(1, "A", "1", "2"), other, third])).toHaveLength(3);
  });
});

const author = { actor: "tester", via: "test" };

function temporaryDatabase(): string {
  const folder = mkdtempSync(join(tmpdir(), "mailwright-unit-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "state", "mailwright.db");
}

function recordsOf(path: string): DbRecord[] {
  const snapshot = readSnapshot(path);
  try {
    return snapshot.records("site").map((record) => ({ ...record, props: new Map(record.props) }));
  } finally {
    snapshot.close();
  }
}

const word = fc.constantFrom("a", "b", "#", "=", "|", "é");
const operation = fc.oneof(
  fc.tuple(fc.constant("setType" as const), word, word),
  fc.tuple(fc.constant("setProp" as const), word, word, fc.constantFrom("", "1", "2")),
  fc.tuple(fc.constant("deleteProp" as const), word, word),
  fc.tuple(fc.constant("deleteRecord" as const), word),
);

function carryOut(writer: Writer, [name, key, ...rest]: readonly [string, string, ...string[]]): void {
  const [first = "", second = ""] = rest;
  if (name === "setType") writer.setType("site", key, first);
  else if (name === "deleteRecord") writer.deleteRecord("site", key);
  else if (name === "deleteProp") writer.deleteProp("site", key, first);
  else if (writer.snapshot.type("site", key) !== undefined) writer.setProp("site", key, first, second);
}

describe("undo", () => {
  it("brings back the records of any revision, from changes of any kind", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(operation, { maxLength: 6 }), { minLength: 1, maxLength: 6 }),
        (batches) => {
          const path = temporaryDatabase();
          const states = new Map<number, DbRecord[]>([[0, []]]);
          for (const batch of batches) {
            const revision = writeTransaction(path, author, (writer) => {
              for (const step of batch) carryOut(writer, step);
              return writer.snapshot.revision;
            });
            states.set(revision, recordsOf(path));
          }
          for (const [revision, records] of [...states].reverse()) {
            writeTransaction(path, author, (writer) => undo(writer, writer.snapshot.changes(revision)));
            expect(recordsOf(path)).toEqual(records);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("the store", () => {
  it("a transaction that throws stores nothing, and leaves no database behind", () => {
    const path = temporaryDatabase();
    const failing = (): void =>
      writeTransaction(path, author, (writer) => {
        writer.setType("site", "k", "t");
        throw new TypeError("no");
      });
    expect(failing).toThrow(TypeError);
    expect(readSnapshot(path).revision).toBe(0);
    writeTransaction(path, author, (writer) => writer.setType("site", "a", "t"));
    expect(failing).toThrow(TypeError);
    expect(recordsOf(path)).toEqual([{ key: "a", type: "t", props: new Map() }]);
  });

  it("a snapshot is of one moment", () => {
    const path = temporaryDatabase();
    writeTransaction(path, author, (writer) => writer.setType("site", "a", "t"));
    const snapshot = readSnapshot(path);
    expect(snapshot.keys("site")).toEqual(["a"]);
    writeTransaction(path, author, (writer) => writer.setType("site", "b", "t"));
    expect(snapshot.keys("site")).toEqual(["a"]);
    expect(snapshot.revision).toBe(1);
    snapshot.close();
    expect(recordsOf(path).map(({ key }) => key)).toEqual(["a", "b"]);
  });

  it("keys and properties come in the order of their UTF-8 bytes", () => {
    const path = temporaryDatabase();
    // By UTF-16 units the last two would change places.
    const names = ["#", "0", "10", "9", "A", "_", "a", "a b", "aa", "é", "\uFFFD", "🐟"];
    writeTransaction(path, author, (writer) => {
      for (const key of [...names].reverse()) {
        writer.setType("site", key, "t");
        for (const name of [...names].reverse()) writer.setProp("site", key, name, name);
      }
    });
    const records = recordsOf(path);
    expect(records.map(({ key }) => key)).toEqual(names);
    for (const { props } of records) expect([...props.keys()]).toEqual(names);
  });
});

describe("what is undone of changes that others have gone on from", () => {
  const author = { actor: "root", via: "changes of x" };
  const scratch = (): string => {
    const folder = mkdtempSync(join(tmpdir(), "history-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return join(folder, "db");
  };
  const write = <T>(path: string, work: (writer: Writer) => T): T => writeTransaction(path, author, work);

  it("a transaction that changes nothing has no changes, whatever gets its number then", () => {
    const path = scratch();
    const stored = write(path, (writer) => netChangesBy(writer, () => undefined));
    write(path, (writer) => writer.setRecord("site", { key: "k", type: "t", props: new Map() }));
    expect(stored).toEqual([]);
  });

  it("a value that is another one now stays, and so does a record that was made again", () => {
    const path = scratch();
    const record = (key: string, value: string): DbRecord => ({
      key,
      type: "t",
      props: new Map([["P", value]]),
    });
    write(path, (writer) => {
      for (const key of ["changed", "touched", "again"]) writer.setRecord("site", record(key, "before"));
    });
    const stored = write(path, (writer) =>
      netChangesBy(writer, () => {
        for (const key of ["changed", "touched"]) writer.setProp("site", key, "P", "by the event");
        writer.deleteRecord("site", "again");
        writer.setRecord("site", record("made", "by the event"));
      }),
    );
    write(path, (writer) => {
      writer.setProp("site", "touched", "P", "by somebody");
      writer.setType("site", "again", "u");
    });
    write(path, (writer) => undoUntouched(writer, stored));
    const snapshot = readSnapshot(path);
    const all = snapshot
      .records("site")
      .map(({ key, type, props }) => [key, type, Object.fromEntries(props)]);
    snapshot.close();
    expect(all).toEqual([
      ["again", "u", {}],
      ["changed", "t", { P: "before" }],
      ["touched", "t", { P: "by somebody" }],
    ]);
  });
});
