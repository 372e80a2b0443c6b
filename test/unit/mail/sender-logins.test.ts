import { describe, expect, it } from "vitest";
import { senderLogins } from "../../../src/mail/sender-logins.ts";
import { settings } from "./some-settings.ts";

const users = { "john@example.org user": {}, "mary@example.org user": {}, "paul@example.org user": {} };
const nobody = ["@"];

const ownersOf = (...given: Parameters<typeof settings>): Record<string, readonly string[]> =>
  Object.fromEntries(senderLogins(settings(...given)).owned.map(({ address, logins }) => [address, logins]));

describe("the owners of an address", () => {
  it("are the user of its name, and all to whom it leads, by whatever way", () => {
    const accounts = {
      ...users,
      "staff@example.org group": { Members: "mary,paul" },
      "info@ pseudonym": { Account: "john,staff,vmail+Public Folder,a@x.net" },
      "help@example.com pseudonym": { Account: "info@example.org" },
      "john.d@ pseudonym": { Account: "john+tag" },
    };
    const found = ownersOf(
      accounts,
      { "example.com domain": {} },
      { "postfix service": { DynamicGroupAlias: "enabled" } },
    );
    expect(found).toMatchObject({
      john: ["john"],
      staff: ["mary", "paul"],
      info: ["john", "mary", "paul"],
      "help@example.com": ["john", "mary", "paul"],
      "john.d": ["john"],
    });
  });

  it("of one domain are no others than those of that domain's address", () => {
    const accounts = {
      ...users,
      "goofy@ pseudonym": { Account: "paul" },
      "goofy@example.com pseudonym": { Account: "mary" },
      "out@ pseudonym": { Account: "john" },
      "out@example.com pseudonym": { Account: "a@x.net" },
    };
    expect(ownersOf(accounts, { "example.com domain": {} })).toMatchObject({
      goofy: ["paul"],
      "goofy@example.com": ["mary"],
      out: ["john"],
      "out@example.com": nobody,
    });
  });

  it("of a catch-all are those who get its mail, and root is none of them", () => {
    const domains = {
      "example.org domain": {
        UnknownRecipientsActionType: "deliver",
        UnknownRecipientsActionDeliverMailbox: "mary",
      },
    };
    expect(ownersOf(users, domains)).toMatchObject({
      "@example.org": ["mary"],
      john: ["john"],
      root: nobody,
    });
  });

  it("do not change by a user's forward, and root's are those who get root's mail", () => {
    const forward = { MailForwardStatus: "enabled", MailForwardAddress: "mary@example.org" };
    const found = ownersOf(
      { ...users, "john@example.org user": forward },
      {},
      { "root configuration": { EmailAddress: "paul" } },
    );
    expect(found).toMatchObject({ john: ["john"], root: ["paul"], postmaster: ["paul"] });
  });

  it("have no blank in their names, and going round ends", () => {
    const accounts = {
      "John Doe@example.org user": {},
      "a@ pseudonym": { Account: "b@example.org" },
      "b@ pseudonym": { Account: "a@example.org" },
    };
    // What goes round is delivered to nobody, and is no address.
    expect(ownersOf(accounts)).toEqual({
      postmaster: nobody,
      root: nobody,
      vmail: nobody,
      "john doe": nobody,
    });
  });
});
