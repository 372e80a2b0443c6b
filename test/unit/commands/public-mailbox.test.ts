import { describe, expect, it } from "vitest";
import { aclOf, mailboxName } from "../../../src/commands/public-mailbox/arguments.ts";
import { publicMailboxChanges } from "../../../src/commands/public-mailbox/changes.ts";
import { MailwrightError } from "../../../src/errors.ts";
import { settings } from "../mail/some-settings.ts";

const rightsOf = (...words: string[]) => Object.fromEntries(aclOf(words));

describe("rights", () => {
  it("are words for people, letters of RFC 4314, or Dovecot's words", () => {
    expect(rightsOf("user=john", "read")).toEqual({ "user=john": ["lookup", "read", "write-seen"] });
    expect(rightsOf("anyone", "lrs")).toEqual({ anyone: ["lookup", "read", "write-seen"] });
    expect(rightsOf("anyone", "lookup, read read")).toEqual({ anyone: ["lookup", "read"] });
    expect(rightsOf("anyone", "read-write")["anyone"]).not.toContain("admin");
    expect(rightsOf("anyone", "full")["anyone"]).toHaveLength(11);
    expect(rightsOf("anyone", "none")).toEqual({ anyone: [] });
  });

  it("are also the words that the events have always had", () => {
    expect(rightsOf("group=x", "OWNER")).toEqual(rightsOf("group=x", "read-write"));
    expect(rightsOf("group=x", "ADMIN")).toEqual(rightsOf("group=x", "full"));
    expect(rightsOf("group=x", "CLEAR")).toEqual(rightsOf("group=x", "none"));
  });

  it("are given to users and groups by their short names in lower case", () => {
    const ids = Object.keys(rightsOf("user=John@example.org", "read", "group=Domain Users", "read"));
    expect(ids).toEqual(["user=john", "group=domain users"]);
  });

  it.each([
    ["john", "read"],
    ["user=", "read"],
    ["user=@example.org", "read"],
    ["owner", "read"],
    ["user=j\n", "read"],
  ])("are not given to %j", (...words) => {
    expect(() => aclOf(words)).toThrow(/nobody is called so/);
  });

  it("are a user's or a group's, and it is said how", () => {
    expect(() => aclOf(["john", "read"])).toThrow(/user=john or group=john/);
  });

  it.each(["", "reed", "lrz", "all", "llr", "toString", "read;write"])("are not %j", (rights) => {
    expect(() => aclOf(["anyone", rights])).toThrow(/there are no such rights/);
    expect(() => aclOf(["anyone"])).toThrow(/it has no rights/);
  });
});

describe("the name of a public mailbox", () => {
  it.each(["Public Folder", 'Sales "North"', "O'Brien & Söhne", "A/B c/D", "Dr. Who", "-x", "a+b"])(
    "%j is one",
    (name) => {
      expect(mailboxName(name)).toBe(name);
    },
  );

  it.each([
    "",
    " a",
    "a/",
    "/a",
    "a//b",
    "a/ b",
    "~a",
    ".a",
    "a,b",
    "a@b",
    "a*",
    "50%",
    "a\\b",
    "a\nb",
    "x".repeat(201),
    "INBOX",
    "inbox/a",
  ])("%j is none", (name) => {
    expect(() => mailboxName(name)).toThrow(MailwrightError);
  });

  it("is INBOX where rights are given, and missing nowhere", () => {
    expect(mailboxName("INBOX", true)).toBe("INBOX");
    expect(() => mailboxName(undefined)).toThrow(/is missing/);
  });
});

describe("what the events of public mailboxes change", () => {
  const create = publicMailboxChanges["public-mailbox-create"];
  const modify = publicMailboxChanges["public-mailbox-modify"];
  const remove = publicMailboxChanges["public-mailbox-delete"];
  const accounts = {
    "john@example.org user": { MailForwardStatus: "enabled", MailForwardAddress: "vmail+Old@example.org" },
    "sales@example.org group": {},
    "old@ pseudonym": { Account: "vmail+Old", Access: "private" },
    "team@ pseudonym": { Account: "john,vmail+Old" },
  };
  const domains = {
    "example.org domain": {
      UnknownRecipientsActionType: "deliver",
      UnknownRecipientsActionDeliverMailbox: "vmail+Old",
      AlwaysBccStatus: "enabled",
      AlwaysBccAddress: "vmail+Old@example.org",
    },
  };
  const shown = (changes: ReturnType<typeof remove>) =>
    Object.fromEntries(changes.map(({ key, record }) => [key, record && Object.fromEntries(record.props)]));

  it("a new one gets an address of its own, where nobody has that and it can be one", () => {
    const key = "public folder@";
    const props = {
      Account: "vmail+Public Folder",
      ControlledBy: "public-mailbox",
      Description: "The public mailbox Public Folder",
    };
    expect(shown(create(settings(accounts), ["Public Folder"]))).toEqual({ [key]: props });
    for (const name of ["John", "SALES", "Old", "A/B", "a+b", "Dr. Who", "vmail"])
      expect(create(settings(accounts), [name]), name).toEqual([]);
  });

  it("a renamed one takes all that lead to it along, in one change for each record", () => {
    const changes = modify(settings(accounts, domains), ["Old", "New"]);
    expect(shown(changes)).toEqual({
      "john@example.org": { MailForwardStatus: "enabled", MailForwardAddress: "vmail+New@example.org" },
      "old@": { Account: "vmail+New", Access: "private" },
      "team@": { Account: "john,vmail+New" },
      "example.org": {
        ...domains["example.org domain"],
        UnknownRecipientsActionDeliverMailbox: "vmail+New",
        AlwaysBccAddress: "vmail+New@example.org",
      },
    });
    expect(modify(settings(accounts, domains), ["Old", "Old", "user=john", "read"])).toEqual([]);
  });

  it("a removed one takes addresses along that lead nowhere else, and closes what led there", () => {
    expect(shown(remove(settings(accounts, domains), ["Old"]))).toEqual({
      "john@example.org": { MailForwardStatus: "disabled" },
      "old@": undefined,
      "team@": { Account: "john" },
      "example.org": { UnknownRecipientsActionType: "bounce", AlwaysBccStatus: "disabled" },
    });
  });

  it("root's address and the copies of all mail follow too, and end with it", () => {
    const configuration = {
      "root configuration": { EmailAddress: "vmail+Old,john", SenderAddress: "root@example.org" },
      "postfix service": { AlwaysBccStatus: "enabled", AlwaysBccAddress: "vmail+Old@example.org" },
    };
    const known = settings({}, domains, configuration);
    expect(shown(modify(known, ["Old", "New"]))).toMatchObject({
      root: { EmailAddress: "vmail+New,john", SenderAddress: "root@example.org" },
      postfix: { AlwaysBccStatus: "enabled", AlwaysBccAddress: "vmail+New@example.org" },
    });
    expect(shown(remove(known, ["Old"]))).toMatchObject({
      root: { EmailAddress: "john", SenderAddress: "root@example.org" },
      postfix: { AlwaysBccStatus: "disabled" },
    });
    const alone = settings({}, {}, { "root configuration": { EmailAddress: "vmail+Old" } });
    expect(shown(remove(alone, ["Old"]))).toEqual({ root: {} });
  });

  it("rights for nobody whom the records know are refused, where accounts are records", () => {
    expect(() => create(settings(accounts), ["New", "user=jon", "read"])).toThrow(/there is no user "jon"/);
    expect(() => create(settings(accounts), ["New", "group=john", "read"])).toThrow(
      /there is no group "john"/,
    );
    const system = { "sssd service": { Provider: "system" } };
    expect(create(settings(accounts, {}, system), ["New", "user=jon", "read"])).toHaveLength(1);
    expect(modify(settings(accounts), ["A", "A", "user=gone", "none"])).toEqual([]);
  });
});
