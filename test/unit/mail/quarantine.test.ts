import { describe, expect, it } from "vitest";
import { quarantine } from "../../../src/mail/quarantine.ts";
import { type Records, settings } from "./some-settings.ts";

const accounts = {
  "spam@example.org user": {},
  "a+b@example.org user": {},
  "open@example.org user": { MailForwardStatus: "enabled", MailForwardAddress: "x@example.net" },
  "held@ pseudonym": { Account: "vmail+Held Spam" },
  "kept@two.org pseudonym": { Account: "spam+kept" },
  "both@ pseudonym": { Account: "spam,vmail+Held" },
  "away@ pseudonym": { Account: "x@example.net" },
} satisfies Records;

const of = (QuarantineAccount: string, props: Readonly<Record<string, string>> = {}) =>
  quarantine(
    settings(
      accounts,
      { "two.org domain": {} },
      {
        "rspamd service": { QuarantineStatus: "enabled", QuarantineAccount, ...props },
      },
    ),
  );

describe("where spam is kept", () => {
  const cases: readonly (readonly [string, string, object | undefined])[] = [
    ["spam", "spam@example.org", { user: "spam" }],
    ["Spam@Example.org", "spam@example.org", { user: "spam" }],
    ["spam@two.org", "spam@example.org", { user: "spam" }],
    ["spam+Kept", "spam+Kept@example.org", { user: "spam", folder: "Kept" }],
    ["vmail+Held Spam", "vmail+Held Spam@example.org", { user: "vmail", folder: "Held Spam" }],
    ["held@example.org", "vmail+Held Spam@example.org", { user: "vmail", folder: "Held Spam" }],
    ["kept@two.org", "spam+kept@example.org", { user: "spam", folder: "kept" }],
    ["spam@example.net", "spam@example.net", undefined],
    ["", "", undefined],
  ];
  it.each(cases)("%s", (written, account, place) => {
    const found = of(written);
    expect([found.account, found.place]).toEqual([account, place]);
  });

  it("is reached by the address of the property and by its own", () => {
    expect(of("held@two.org").own).toEqual(["vmail+held spam@example.org", "held@two.org"]);
    expect(of("SPAM").own).toEqual(["spam@example.org"]);
  });

  it("has no address of its own where its mail is forwarded, or lies on another server", () => {
    expect(of("open").own).toEqual([]);
    expect(of("spam@example.net").own).toEqual([]);
  });
});

describe("the quarantine", () => {
  it("is on while the filter is, and an account is named", () => {
    expect(of("spam").active).toBe(true);
    expect(of("").active).toBe(false);
    expect(of("spam", { status: "disabled" }).active).toBe(false);
    expect(of("spam", { QuarantineStatus: "disabled" }).active).toBe(false);
  });

  it("keeps what would be refused, or all spam", () => {
    expect(of("spam").actions).toEqual(["reject"]);
    expect(of("spam", { QuarantineSelector: "is_spam" }).actions).toEqual([
      ...["reject", "add header", "rewrite subject"],
    ]);
  });

  it("tells nobody unless it is to", () => {
    expect(of("spam").notify).toBe(false);
    expect(of("spam", { SpamNotificationStatus: "enabled" })).toMatchObject({
      notify: true,
      postmaster: "postmaster@example.org",
    });
  });
});
