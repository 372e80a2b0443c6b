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
