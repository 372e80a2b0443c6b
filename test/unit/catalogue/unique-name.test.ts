import { describe, expect, it } from "vitest";
import { checkProperties, checkRules } from "../../../src/catalogue/check-record.ts";
import { contextOf, entryFor, recordFor, type TestRecord } from "./record.ts";

const account = (key: string, type: string): TestRecord => ({ database: "accounts", key, type });

/** What is said against a new record beside these. */
function refusal(key: string, type: string, ...others: TestRecord[]): string | undefined {
  const entry = entryFor("accounts", key, type);
  const found = checkProperties(entry, { type }, recordFor(account(key, type)), contextOf(others));
  return found[0]?.reason;
}

describe("a user's or group's name", () => {
  it.each([
    ["john@b.org", "user", "john@a.org", "user"],
    ["john", "user", "john@a.org", "user"],
    ["John@a.org", "user", "john@a.org", "user"],
    ["sales@b.org", "group", "Sales@a.org", "user"],
  ])("%s, a %s, is refused beside %s, a %s, which is named", (key, type, other, otherType) => {
    expect(refusal(key, type, account(other, otherType))).toContain(`there is the ${otherType} ${other},`);
  });

  it.each([
    ["john@a.org", "user", account("john@a.org", "user")],
    ["john@a.org", "user", account("john@", "pseudonym")],
    ["john@a.org", "user", account("john@b.org", "user-deleted")],
    ["john@a.org", "user", account("johnny@a.org", "user")],
  ])("%s, a %s, is accepted beside %o", (key, type, other) => {
    expect(refusal(key, type, other)).toBeUndefined();
  });

  it("is not vmail, to which the public mailboxes belong", () => {
    expect(refusal("Vmail@a.org", "user")).toContain("the public mailboxes belong to it");
  });

  it("is no matter of what is stored already, nor of an event", () => {
    const both = [account("john@a.org", "user"), account("john@b.org", "user")];
    const [first] = both;
    if (first === undefined) throw new Error("there is one");
    const entry = entryFor("accounts", first.key, "user");
    expect(checkRules(entry, recordFor(first), contextOf(both))).toEqual([]);
    expect(checkProperties(entry, { FirstName: "John" }, recordFor(first), contextOf(both))).toEqual([]);
  });
});
