import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readSnapshot, writeTransaction } from "../../../src/db/store.ts";
import { someSnapshot } from "./some-settings.ts";

const databases = {
  accounts: {
    "mary@domain.org user": { MailStatus: "enabled" },
    "John@domain.org user": {},
    "john@ pseudonym": { Account: "mary", Access: "public" },
    "john group": {},
    "johnny@domain.org user": {},
    "\u{1f600}@domain.org user": {},
    "\uffee@domain.org user": {},
    "Two Words@domain.org user": {},
  },
  networks: { "192.168.5.0 network": { Mask: "24" }, "10.0.0.0 network": {} },
};

it("the settings of these tests are read as the store reads them", () => {
  const folder = mkdtempSync(join(tmpdir(), "mailwright-settings-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "mailwright.db");
  const given = someSnapshot(databases);
  writeTransaction(path, { actor: "root", via: "tty1" }, (writer) => {
    for (const name of given.databases())
      for (const record of given.records(name)) writer.setRecord(name, record);
  });
  const stored = readSnapshot(path);
  onTestFinished(() => stored.close());
  const sorted = (list: readonly { readonly key: string }[]) =>
    [...list].sort((a, b) => (a.key < b.key ? -1 : 1));
  expect(given.databases()).toEqual(stored.databases());
  for (const name of ["accounts", "networks", "none"]) {
    expect(given.keys(name)).toEqual(stored.keys(name));
    expect(given.types(name)).toEqual(stored.types(name));
    expect(given.records(name)).toEqual(
      stored.records(name).map((record) => ({ ...record, props: new Map(record.props) })),
    );
  }
  for (const name of ["john", "john@domain.org", "two words", "two", "mary", "nobody", "10.0.0.0"])
    expect(sorted(given.namesakes("accounts", name)), name).toEqual(
      sorted(stored.namesakes("accounts", name)),
    );
});
