import { describe, expect, it } from "vitest";
import { quota } from "../../../src/mail/quota.ts";
import { quotaRule } from "../../../src/mail/quota-rule.ts";
import { someSettings } from "./some-settings.ts";

describe("a limit", () => {
  it("is in units of 0.1 GiB: 15 is 1536 MiB", () => {
    expect(quotaRule("15")).toBe("*:storage=1536M");
    expect(quotaRule("20")).toBe("*:storage=2048M");
    expect(quotaRule("1")).toBe("*:storage=102M");
  });

  it("is none where it is unlimited, or no number", () => {
    for (const size of ["unlimited", "", "much"]) expect(quotaRule(size)).toBe("*:storage=0");
  });
});

describe("the quota of mailboxes", () => {
  it("is active only where it is enabled", () => {
    expect(quota(someSettings({ accounts: {} })).active).toBe(false);
    const { active, rule } = quota(
      someSettings({
        configuration: { "dovecot service": { QuotaStatus: "enabled", QuotaDefaultSize: "15" } },
      }),
    );
    expect({ active, rule }).toEqual({ active: true, rule: "*:storage=1536M" });
    const stopped = { "dovecot service": { QuotaStatus: "enabled", status: "disabled" } };
    expect(quota(someSettings({ configuration: stopped })).active).toBe(false);
  });
});

describe("the quota asked for an address", () => {
  const own = { MailQuotaType: "custom", MailQuotaCustom: "1" };
  const users = { "john@example.org user": own, "mary@example.org user": {}, "paul@example.org user": {} };
  const domains = { "example.com domain": {} };
  const configuration = { "dovecot service": { QuotaStatus: "enabled" } };

  const checked = (accounts: Readonly<Record<string, Readonly<Record<string, string>>>>) =>
    Object.fromEntries(
      quota(someSettings({ accounts: { ...users, ...accounts }, domains, configuration }))
        .addresses.filter(({ address }) => address !== "postmaster")
        .map(({ address, user, rule }) => [address, `${user} ${rule}`.trim()]),
    );

  it("is that of the one user it leads to, of whatever domain, and by whatever other addresses", () => {
    expect(
      checked({
        "info@ pseudonym": { Account: "john" },
        "goofy@example.com pseudonym": { Account: "mary" },
        "first@ pseudonym": { Account: "info@example.com" },
      }),
    ).toEqual({
      info: "john *:storage=102M",
      "goofy@example.com": "mary",
      first: "john *:storage=102M",
    });
  });

  it("is another's where an address has the name of a user", () => {
    expect(checked({ "mary@example.com pseudonym": { Account: "john" } })).toEqual({
      "mary@example.com": "john *:storage=102M",
    });
  });

  it("is nobody's where mail goes to several, to a public mailbox, to a group of several, or outside", () => {
    const forward = { MailForwardStatus: "enabled", MailForwardAddress: "a@x.net" };
    expect(
      checked({
        "team@ pseudonym": { Account: "john,mary" },
        "public@ pseudonym": { Account: "vmail+Public Folder" },
        "staff@example.org group": { Members: "john,mary" },
        "all@ pseudonym": { Account: "staff" },
        "out@ pseudonym": { Account: "a@x.net" },
        "paul@example.org user": forward,
      }),
    ).toEqual({
      team: "vmail *:storage=0",
      public: "vmail *:storage=0",
      all: "vmail *:storage=0",
      out: "vmail *:storage=0",
      paul: "vmail *:storage=0",
    });
  });

  it("needs no entry where a catch-all makes each mailbox lead to itself", () => {
    const open = {
      "example.org domain": {
        UnknownRecipientsActionType: "deliver",
        UnknownRecipientsActionDeliverMailbox: "mary",
      },
    };
    const { addresses } = quota(someSettings({ accounts: users, domains: open, configuration }));
    expect(addresses.map(({ address }) => address)).toEqual(["postmaster"]);
  });
});
