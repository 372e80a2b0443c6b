import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readSnapshot, writeTransaction } from "../../../src/db/store.ts";

it("finds records by what stands before the domain, in capitals or not, and no others", () => {
  const folder = mkdtempSync(join(tmpdir(), "mailwright-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "db");
  const keys = ["john", "John@a.org", "john@", "johnny@a.org", "joh@a.org", "x+john@a.org", "JÖRG@a.org"];
  writeTransaction(path, { actor: "tester", via: "tty1" }, (writer) => {
    for (const key of keys) writer.setType("accounts", key, "user");
    writer.setType("other", "john", "user");
  });
  const snapshot = readSnapshot(path);
  const found = (name: string): string[] =>
    snapshot
      .namesakes("accounts", name)
      .map(({ key }) => key)
      .sort();
  expect(found("john")).toEqual(["John@a.org", "john", "john@"]);
  expect(found("jörg")).toEqual(["JÖRG@a.org"]);
  expect(found("nobody")).toEqual([]);
  snapshot.close();
});
