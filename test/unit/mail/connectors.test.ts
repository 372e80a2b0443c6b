import { expect, it } from "vitest";
import { connectors } from "../../../src/mail/connectors.ts";
import { settings } from "./some-settings.ts";

it("accounts that are enabled are fetched from, with defaults, and by what Delete says", () => {
  const record = { Account: "John@example.org", Server: "imap.isp.net", Username: "jd", Password: " p " };
  const all = {
    "a getmail": { ...record, Delete: "0" },
    "b getmail": {
      ...record,
      Delete: "7",
      Retriever: "SimplePOP3Retriever",
      Time: "5",
      FilterCheck: "disabled",
    },
    "c getmail": record,
    "d getmail": { ...record, status: "disabled" },
  };
  const { accounts } = connectors(settings({}, {}, {}, { getmail: all }));
  expect(accounts).toEqual([
    expect.objectContaining({
      key: "a",
      deletesAtOnce: true,
      deletesAfter: 0,
      isEncrypted: true,
      minutes: 30,
    }),
    expect.objectContaining({ key: "b", deletesAfter: 7, isEncrypted: false, minutes: 5, isFiltered: false }),
    expect.objectContaining({
      key: "c",
      deletesAtOnce: false,
      deletesAfter: 0,
      account: "john",
      password: " p ",
    }),
  ]);
});

it("what a made file tells of is another where mail would come from elsewhere, go to another, or be deleted otherwise", () => {
  const record = { Account: "john", Server: "imap.isp.net", Username: "jd", Password: "p" };
  const markOf = (props: Readonly<Record<string, string>>): string | undefined =>
    connectors(settings({}, {}, {}, { getmail: { "a getmail": { ...record, ...props } } })).accounts[0]
      ?.applied;
  const changes = [
    {},
    { Server: "pop.isp.net" },
    { Port: "994" },
    { Username: "other" },
    { Account: "mary" },
    { Delete: "0" },
    { Retriever: "SimplePOP3SSLRetriever" },
  ];
  const marks = changes.map(markOf);
  for (const mark of marks) expect(mark).toMatch(/^[0-9a-f]{16}$/);
  expect(new Set(marks).size).toBe(changes.length);
  expect(markOf({ Time: "5" })).toBe(marks[0]);
  // Who may read the file is to have no help in guessing it.
  expect(markOf({ Password: "q" })).toBe(marks[0]);
});
