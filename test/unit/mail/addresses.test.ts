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

describe("an address that leads to somebody who is gone", () => {
  const root = { "root service": { EmailAddress: "gone", KeepMessageCopy: "no" } };

  it("is none, by whatever way: its mail is refused at once and not returned days later", () => {
    const accounts = {
      "john@example.org user": { MailForwardStatus: "enabled", MailForwardAddress: "gone@example.com" },
      "staff@example.org group": { Members: "gone" },
      "dead@ pseudonym": { Account: "gone" },
      "dead@example.com pseudonym": { Account: "gone+tag@example.com,gone@localhost" },
      "staffed@ pseudonym": { Account: "staff" },
      "chain@ pseudonym": { Account: "dead" },
      "round@ pseudonym": { Account: "round" },
      "half@ pseudonym": { Account: "gone,a@x.net,chain@example.com,john+tag@example.com" },
    };
    const on = { "postfix service": { DynamicGroupAlias: "enabled" } };
    expect(aliasesOf(accounts, { "example.com domain": {} }, { ...root, ...on })).toEqual({
      half: ["a@x.net", "john+tag@example.com"],
    });
  });

  it("is found as delivery finds it: by tags, by addresses of one domain or all, and by those of root and vmail", () => {
    const accounts = {
      ...users,
      "one@example.com pseudonym": { Account: "mary" },
      "all@ pseudonym": { Account: "john" },
      "to@ pseudonym": {
        Account:
          "one@example.com,ONE+tag@example.com,all@example.com,all+tag,root,vmail+X,root@localhost,one",
      },
    };
    expect(aliasesOf(accounts, { "example.com domain": {} }).to).toEqual([
      "one@example.com",
      "ONE+tag@example.com",
      "all@example.com",
      "all+tag@example.org",
      "root@example.org",
      "vmail+X@example.org",
      "root@localhost",
    ]);
  });

  it("goes to the catch-all of its domain, where that leads to somebody", () => {
    const open = (to: string) => ({
      "example.org domain": {
        UnknownRecipientsActionType: "deliver",
        UnknownRecipientsActionDeliverMailbox: to,
      },
    });
    const accounts = { ...users, "dead@ pseudonym": { Account: "gone" } };
    expect(aliasesOf(accounts, open("mary"))).toMatchObject({ dead: ["gone@example.org"] });
    expect(aliasesOf(accounts, open("stranger"))).toEqual({});
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

  it("the machine's own name is delivered here once it is no mail domain any more", () => {
    for (const record of [
      { "mail.example.org domain-deleted": { TransportType: "Relay" } },
      { "mail.example.org domain": { TransportType: "none" } },
    ])
      expect(addresses(settings({}, record)).systemDomains).toEqual(system);
  });

  it("that are of every domain leave an open address of one domain open, unless it leads to nobody", () => {
    const accounts = {
      "john@example.org user": {},
      "bob@example.org user": { MailAccess: "private" },
      "info@ pseudonym": { Access: "private", Account: "john" },
      "bob@two.org pseudonym": { Account: "john" },
      "bob@three.org pseudonym": { Account: "gone" },
      "info@two.org pseudonym": { Access: "private", Account: "john" },
    };
    const { internal } = addresses(settings(accounts, { "two.org domain": {}, "three.org domain": {} }));
    expect(internal.filter((address) => !system.includes(address))).toEqual([
      "bob@example.org",
      "bob@three.org",
      "info@example.org",
      "info@three.org",
      "info@two.org",
    ]);
  });

  it("that alone lead to a public mailbox make its own address internal", () => {
    const accounts = {
      "sales@ pseudonym": { Access: "private", Account: "vmail+Sales" },
      "both@ pseudonym": { Access: "private", Account: "vmail+Both" },
      "open@ pseudonym": { Account: "vmail+both@two.org" },
    };
    const { internal } = addresses(settings(accounts, { "two.org domain": {} }));
    expect(internal.filter((address) => address.startsWith("vmail"))).toEqual([
      "vmail+sales@example.org",
      "vmail+sales@two.org",
    ]);
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
