import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KeptFile, Ledger, ManagedFile } from "../../../src/db/ledger.ts";
import { schemaVersion } from "../../../src/db/schema.ts";
import { openLedger, readLedger, readSnapshot, writeTransaction } from "../../../src/db/store.ts";

const author = { actor: "tester", via: "test" };
const entry = { ...author, at: 1, event: "go", args: ["a b"], settings: 1 };
const managed: ManagedFile = {
  ...{ path: "/etc/a", template: "/etc/a", hash: "x", mode: 0o644, owner: "root:root" },
};
const kept = (path: string, text: string | undefined): KeptFile => ({
  ...{ path, bytes: text === undefined ? undefined : new TextEncoder().encode(text), link: undefined },
  ...{ mode: 0o640, uid: 1, gid: 2, units: ["postfix"], managed },
});
const textOf = (files: readonly KeptFile[]): (string | undefined)[] =>
  files.map(({ bytes }) => (bytes === undefined ? undefined : Buffer.from(bytes).toString()));

let folder: string;
let path: string;
let ledger: Ledger;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mailwright-test-"));
  path = join(folder, "mailwright/mailwright.db");
  writeTransaction(path, author, (writer) => writer.setType("site", "k", "t"));
  ledger = openLedger(path);
});
afterEach(() => {
  ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the ledger", () => {
  it("gives an apply the next revision of the count that changes share", () => {
    expect(ledger.beginApply(entry)).toBe(2);
    writeTransaction(path, author, (writer) => {
      expect(writer.revision).toBe(3);
      writer.setProp("site", "k", "P", "v");
    });
    expect(ledger.beginApply(entry)).toBe(4);
    const snapshot = readSnapshot(path);
    expect([snapshot.revision, snapshot.newestRevision]).toEqual([3, 4]);
    snapshot.close();
  });

  it("keeps what became of an apply and of its files", () => {
    const revision = ledger.beginApply(entry);
    expect(ledger.lastApply()).toEqual({ ...entry, revision, outcome: "running", detail: "" });
    const files = [{ path: "/etc/a", state: "changed", diff: "+x\n" }];
    ledger.endApply(revision, "done", "well", files);
    expect(ledger.applies(0)).toEqual([{ ...entry, revision, outcome: "done", detail: "well" }]);
    expect(ledger.appliedFiles(revision)).toEqual(files);
    expect(ledger.applies(revision)).toEqual([]);
  });

  it("keeps a file as it was first, whatever comes later", () => {
    ledger.keep([kept("/etc/a", "first"), kept("/etc/b", undefined)]);
    ledger.keep([kept("/etc/a", "second"), kept("/etc/c", "third")]);
    expect(ledger.keptFiles("unverified")).toEqual([
      kept("/etc/a", "first"),
      kept("/etc/b", undefined),
      kept("/etc/c", "third"),
    ]);
    ledger.forgetKept("unverified", ["/etc/a"]);
    expect(ledger.keptFiles("unverified").map((file) => file.path)).toEqual(["/etc/b", "/etc/c"]);
    ledger.forgetKept("unverified");
    expect(ledger.keptFiles("unverified")).toEqual([]);
  });

  it("hands what was verified on to what waits for the confirmation, which goes further back", () => {
    ledger.keep([kept("/etc/a", "oldest")]);
    ledger.awaitConfirmation();
    ledger.keep([kept("/etc/a", "newer"), kept("/etc/b", "b")]);
    expect(textOf(ledger.keptFiles("unverified"))).toEqual(["newer", "b"]);
    expect(textOf(ledger.keptFiles("unconfirmed"))).toEqual(["oldest"]);
    ledger.awaitConfirmation();
    expect(ledger.keptFiles("unverified")).toEqual([]);
    expect(textOf(ledger.keptFiles("unconfirmed"))).toEqual(["oldest", "b"]);
  });

  it("holds one confirmation, and what was applied before it", () => {
    expect(ledger.confirmation()).toBeUndefined();
    const applied = new Map([["go", 3]]);
    ledger.recordConfirmation({ revision: 4, deadline: 5, applied });
    expect(ledger.confirmation()).toEqual({ revision: 4, deadline: 5, applied });
    ledger.recordApplied(["go", "other"], 9);
    ledger.replaceApplied(applied);
    expect(ledger.appliedRevisions()).toEqual(applied);
    ledger.recordConfirmation(undefined);
    expect(ledger.confirmation()).toBeUndefined();
  });

  it("records all of what goes together, or nothing", () => {
    expect(() =>
      ledger.together(() => {
        ledger.recordFiles([managed], []);
        ledger.keep([kept("/etc/a", "x")]);
        throw new Error("cut off");
      }),
    ).toThrow("cut off");
    expect(ledger.managedFiles().size).toBe(0);
    expect(ledger.keptFiles("unverified")).toEqual([]);
    ledger.together(() => ledger.recordFiles([managed], []));
    expect([...ledger.managedFiles().values()]).toEqual([managed]);
  });

  it("remembers what a site's fragment took the place of", () => {
    ledger.recordReplaced([{ path: "/etc/x", modified: 1.5, shipped: "text" }], []);
    expect(ledger.replacedFragments().get("/etc/x")).toEqual({
      path: "/etc/x",
      modified: 1.5,
      shipped: "text",
    });
    ledger.recordReplaced([], ["/etc/x"]);
    expect(ledger.replacedFragments().size).toBe(0);
  });
});

describe("a database of the first layout", () => {
  /** As the first version left it: with none of the tables that came later. */
  function makeOld(): void {
    ledger.recordFiles([managed], []);
    ledger.close();
    const connection = new DatabaseSync(path);
    for (const table of [
      "apply",
      "apply_file",
      "kept_file",
      "kept_unit",
      "confirmation",
      "replaced_fragment",
    ])
      connection.exec(`DROP TABLE ${table}`);
    connection.exec("DROP INDEX record_name; PRAGMA user_version=1");
    connection.close();
  }

  it("gets what it lacks when it is opened, for reading too, and keeps all that it has", () => {
    makeOld();
    const snapshot = readSnapshot(path);
    expect(snapshot.revision).toBe(1);
    expect(snapshot.type("site", "k")).toBe("t");
    snapshot.close();
    const read = readLedger(path);
    expect([...read.managedFiles().values()]).toEqual([managed]);
    expect(read.applies(0)).toEqual([]);
    read.close();
    ledger = openLedger(path);
    expect(ledger.beginApply(entry)).toBe(2);
  });

  it("of a newer program is refused", () => {
    ledger.close();
    const connection = new DatabaseSync(path);
    connection.exec(`PRAGMA user_version=${schemaVersion + 1}`);
    connection.close();
    expect(() => readSnapshot(path)).toThrow(`has the layout ${schemaVersion + 1}`);
    const undone = new DatabaseSync(path);
    undone.exec(`PRAGMA user_version=${schemaVersion}`);
    undone.close();
    ledger = openLedger(path);
  });
});
