import { describe, expect, it } from "vitest";
import { addresses } from "../../../src/mail/addresses.ts";
import { routes } from "../../../src/mail/routes.ts";
import { settings } from "./some-settings.ts";

/** The entries that virtual(5) has, but for the one of postmaster. */
const aliasesOf = (...given: Parameters<typeof settings>): Record<string, readonly string[]> => {
  const entries = addresses(settings(...given)).aliases.map(({ from, to }) => [from, to] as const);
  return Object.fromEntries(entries.filter(([from]) => from !== "postmaster"));
};

const users = { "john@example.org user": {}, "mary@example.org user": {} };

describe("users", () => {
  it("have a mailbox by their names in every local domain, root and the public one too", () => {
    const { names, domains } = addresses(
      settings(users, { "example.com domain": {}, "relay.net domain": { TransportType: "Relay" } }),
    );
    expect(names).toEqual(["root", "vmail", "john", "mary"]);
    expect(domains).toEqual(["example.org", "example.com"]);
  });

  it("forward their mail, with a copy or without", () => {
    const forward = { MailForwardStatus: "enabled", MailForwardAddress: "a@x.net,b@y.net" };
    expect(aliasesOf({ "john@example.org user": forward })).toEqual({ john: ["a@x.net", "b@y.net"] });
    expect(aliasesOf({ "john@example.org user": { ...forward, MailForwardKeepMessageCopy: "yes" } })).toEqual(
      { john: ["a@x.net", "b@y.net", "john@example.org"] },
    );
    expect(aliasesOf({ "john@example.org user": { ...forward, MailForwardStatus: "disabled" } })).toEqual({});
  });

  it("whose login is disabled still get mail", () => {
    const found = addresses(settings({ "john@example.org user": { MailStatus: "disabled" } }));
    expect(found.names).toContain("john");
    expect(found.users[0]).toMatchObject({ mayLogIn: false });
  });

  it("a user's forward wins over an alias of the same name", () => {
    const forward = { MailForwardStatus: "enabled", MailForwardAddress: "a@x.net" };
    const accounts = { "john@example.org user": forward, "john@ pseudonym": { Account: "mary" } };
    expect(aliasesOf(accounts)).toEqual({ john: ["a@x.net"] });
  });
});

describe("groups", () => {
  const accounts = { ...users, "Domain Users@example.org group": { Members: "john,mary,gone" } };
  const on = { "postfix service": { DynamicGroupAlias: "enabled" } };

  it("have an address that reaches each member, where that is enabled", () => {
    expect(aliasesOf(accounts, {}, on)).toEqual({ "domain users": ["john@example.org", "mary@example.org"] });
    expect(aliasesOf(accounts)).toEqual({});
  });

  it("one can be without an address, and be the destination of another one", () => {
    const quiet = {
      ...users,
      "sales@example.org group": { Members: "john,mary", MailStatus: "disabled" },
      "info@ pseudonym": { Account: "sales" },
    };
    expect(aliasesOf(quiet, {}, on)).toEqual({ info: ["john@example.org", "mary@example.org"] });
  });
});

describe("addresses", () => {
  it("of every domain and of one go to users, public mailboxes with blanks, and outside, each once", () => {
    const accounts = {
      ...users,
      "sales@example.org group": { Members: "john" },
      "info@ pseudonym": { Account: "john,sales,vmail+Public Folder,info@gmail.com,John@example.com" },
      "goofy@example.com pseudonym": { Account: "mary" },
    };
    expect(aliasesOf(accounts, { "example.com domain": {} })).toEqual({
      info: ["john@example.org", "vmail+Public Folder@example.org", "info@gmail.com"],
      "goofy@example.com": ["mary@example.org"],
    });
  });

  it("one that leads to itself alone gives no line, and with others keeps its mailbox", () => {
    expect(aliasesOf({ ...users, "john@ pseudonym": { Account: "john" } })).toEqual({});
    expect(aliasesOf({ ...users, "john@ pseudonym": { Account: "john,mary" } })).toEqual({
      john: ["john@example.org", "mary@example.org"],
    });
  });

  it("postmaster of every domain is root's unless set, and root's mail goes where root EmailAddress says", () => {
    const found = addresses(settings({}, {}, { "root service": { EmailAddress: "a@x.net" } })).aliases;
    expect(found).toEqual([
      { from: "postmaster", to: ["root@example.org"] },
      { from: "root", to: ["a@x.net", "root@example.org"] },
    ]);
    const without = { EmailAddress: "a@x.net", KeepMessageCopy: "no" };
    expect(aliasesOf({}, {}, { "root service": without })).toEqual({ root: ["a@x.net"] });
    const own = addresses(settings({ ...users, "postmaster@ pseudonym": { Account: "john" } })).aliases;
    expect(own).toEqual([{ from: "postmaster", to: ["john@example.org"] }]);
  });
});

describe("a catch-all", () => {
  it("does not swallow a user, root or an address of the domain", () => {
    const accounts = { ...users, "info@ pseudonym": { Account: "mary" } };
    const domains = {
      "example.org domain": {
        UnknownRecipientsActionType: "deliver",
        UnknownRecipientsActionDeliverMailbox: "vmail+All",
      },
    };
    expect(aliasesOf(accounts, domains)).toEqual({
      info: ["mary@example.org"],
      root: ["root@example.org"],
      vmail: ["vmail@example.org"],
      john: ["john@example.org"],
      mary: ["mary@example.org"],
      "@example.org": ["vmail+All@example.org"],
    });
  });
});

describe("internal addresses", () => {
  const system = ["localhost", "localhost.example.org", "mail.example.org"];

  it("are those of users, groups and addresses that are private, in every domain that they are of", () => {
    const { internal } = addresses(
      settings(
        {
          "john@example.org user": { MailAccess: "private" },
          "staff@example.org group": { MailAccess: "private", Members: "john" },
          "boss@example.com pseudonym": { Access: "private", Account: "john" },
          "open@ pseudonym": { Account: "john" },
        },
        { "example.com domain": {} },
        { "postfix service": { DynamicGroupAlias: "enabled" } },
      ),
    );
    expect(internal).toEqual([
      "john@example.org",
      "john@example.com",
      "staff@example.org",
      "staff@example.com",
      "boss@example.com",
      ...system,
    ]);
  });

  it("are those of the machine's own names too, or of all in these names where mail to them is taken", () => {
    const accounts = { "john@example.org user": { MailAccess: "private" } };
    expect(addresses(settings(accounts)).internal).toEqual(["john@example.org", ...system]);
    const open = settings(accounts, {}, { "postfix service": { SystemUserRecipientStatus: "enabled" } });
    expect(addresses(open).internal).toEqual(["example.org", ...system].map((domain) => `john@${domain}`));
    const known = { "mail.example.org domain": { TransportType: "Relay" } };
    expect(addresses(settings({}, known)).systemDomains).toEqual(["localhost", "localhost.example.org"]);
  });
});

describe("routes", () => {
  it("pass a domain on to its server, or throw its mail away, and never the primary one", () => {
    const relay = (host: string, port = "25") => ({
      TransportType: "Relay",
      RelayHost: host,
      RelayPort: port,
    });
    expect(
      routes(
        settings(
          {},
          {
            "a.net domain": relay("mx.a.net", "2525"),
            "b.net domain": relay("2001:db8::1"),
            "sink.net domain": { TransportType: "SmtpSink" },
            "none.net domain": { TransportType: "none" },
            "example.org domain": relay("mx.a.net"),
          },
        ),
      ),
    ).toEqual({
      transports: [
        { domain: "a.net", transport: "relay:[mx.a.net]:2525" },
        { domain: "b.net", transport: "relay:[IPv6:2001:db8::1]:25" },
        { domain: "sink.net", transport: "discard:" },
      ],
      verified: ["a.net", "b.net"],
    });
  });
});
