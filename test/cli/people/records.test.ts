import { beforeEach, describe, expect, it, vi } from "vitest";
import { fakeMachine } from "../apply/fake-system.ts";
import { Office } from "./office.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

describe("commands for people", () => {
  let office: Office;
  beforeEach(() => {
    office = new Office();
  });

  it.each([
    [
      "user add john --no-password --first-name John --quota 1.5G",
      "accounts",
      "john@example.org",
      "user",
      { FirstName: "John", MailQuotaType: "custom", MailQuotaCustom: "15" },
    ],
    [
      "user add a@b.org --no-password --forward x@y.org,z@y.org --keep-copy --private --disable",
      "accounts",
      "a@b.org",
      "user",
      {
        MailForwardStatus: "enabled",
        MailForwardAddress: "x@y.org,z@y.org",
        MailForwardKeepMessageCopy: "yes",
        MailAccess: "private",
        MailStatus: "disabled",
      },
    ],
    [
      "user --json add --quota unlimited x --no-password --spam-retention 4w --set LastName=A=B",
      "accounts",
      "x@example.org",
      "user",
      {
        MailQuotaType: "custom",
        MailQuotaCustom: "unlimited",
        LastName: "A=B",
        MailSpamRetentionStatus: "enabled",
        MailSpamRetentionTime: "4w",
      },
    ],
    [
      "group add sales --members john,mary --description Front",
      "accounts",
      "sales@example.org",
      "group",
      { Members: "john,mary", Description: "Front" },
    ],
    ["address add info --to john", "accounts", "info@", "pseudonym", { Account: "john" }],
    [
      "address add goofy@b.org --to john --private",
      "accounts",
      "goofy@b.org",
      "pseudonym",
      { Account: "john", Access: "private" },
    ],
    [
      "domain add b.org --catch-all mary --bcc c@b.org --dkim",
      "domains",
      "b.org",
      "domain",
      {
        UnknownRecipientsActionType: "deliver",
        UnknownRecipientsActionDeliverMailbox: "mary",
        AlwaysBccStatus: "enabled",
        AlwaysBccAddress: "c@b.org",
        OpenDkimStatus: "enabled",
      },
    ],
    [
      "domain add c.org --relay-host [2001:db8::1]:2525",
      "domains",
      "c.org",
      "domain",
      { TransportType: "Relay", RelayHost: "2001:db8::1", RelayPort: "2525" },
    ],
    ["domain add d.org --transport discard", "domains", "d.org", "domain", { TransportType: "SmtpSink" }],
    [
      "relay add b.org --for recipient --host mx.b.org:465 --no-tls",
      "smarthosts",
      "@b.org",
      "recipient",
      { Host: "mx.b.org", Port: "465", TlsStatus: "disabled" },
    ],
  ])("%s", async (line, database, key, type, props) => {
    expect(await office.mailwright(...line.split(" "))).toMatchObject({ exit: 0 });
    expect(await office.record(database, key)).toEqual({ name: key, type, props });
    expect(await office.pending()).toEqual([]);
  });

  it("a new user asks for a password twice, and for nothing where something is wrong already", async () => {
    const made = await office.asked(["pa ss", "pa ss"], "user", "add", "john");
    expect(made).toMatchObject({ exit: 0, stdout: "", stderr: "" });
    expect(made.questions).toEqual(["Password of john@example.org: ", "The same again: "]);
    expect(office.hashed).toEqual(["pa ss\npa ss\n"]);
    expect(office.body("/etc/users")).toBe("john@example.org {SHA512-CRYPT}$6$ss ap\n");
    const again = await office.asked([], "user", "add", "John");
    expect(again).toMatchObject({ exit: 3 });
    expect(again.stderr).toContain("the user john@example.org is there already");
    expect(await office.asked([], "user", "add", "mary", "--quota", "2")).toMatchObject({ exit: 3 });
    const differing = await office.asked(["one", "two"], "user", "add", "mary");
    expect(differing).toMatchObject({ exit: 3 });
    expect(differing.stderr).toContain("the two passwords differ");
    expect(await office.record("accounts", "mary@example.org")).toBe(1);
  });

  it("a user made without a terminal has no password, and that is said", async () => {
    const { exit, stderr } = await office.mailwright("user", "add", "john");
    expect(exit).toBe(0);
    expect(stderr).toContain("john@example.org has no password");
    expect(office.hashed).toEqual([]);
  });

  it("a name finds its record in whatever domain and capitals; a missing one is told with the nearest", async () => {
    await office.mailwright("user", "add", "john@other.net", "--no-password");
    await office.done("user", "modify", "JOHN", "--first-name", "John");
    expect(await office.record("accounts", "john@other.net")).toMatchObject({ props: { FirstName: "John" } });
    const missing = await office.mailwright("user", "modify", "jhon", "--disable");
    expect(missing).toMatchObject({ exit: 1, stdout: "" });
    expect(missing.stderr).toContain("there is no user jhon. Did you mean john?");
    expect(await office.mailwright("group", "show", "john")).toMatchObject({ exit: 1 });
    expect((await office.mailwright("user", "add", "john")).stderr).toContain(
      "john@other.net is there already",
    );
    expect((await office.mailwright("group", "add", "john")).stderr).toContain(
      "there is the user john@other.net",
    );
  });

  it("members and destinations come and go one by one", async () => {
    await office.done("group", "add", "sales", "--members", "john");
    await office.done("group", "modify", "sales", "--add-member", "mary", "--remove-member", "john");
    expect(await office.record("accounts", "sales@example.org")).toMatchObject({
      props: { Members: "mary" },
    });
    const none = await office.mailwright("group", "modify", "sales", "--remove-member", "paul");
    expect(none).toMatchObject({ exit: 3 });
    expect(none.stderr).toContain("there is no member paul\n  there are: mary");
    await office.done("address", "add", "info", "--to", "john");
    await office.done("address", "modify", "info", "--add-to", "x@y.org");
    expect(await office.record("accounts", "info@")).toMatchObject({ props: { Account: "john,x@y.org" } });
  });

  it("show tells all properties, which are defaults, and what names the record", async () => {
    await office.asked(["x", "x"], "user", "add", "john", "--quota", "2G");
    await office.done("group", "add", "sales", "--members", "john");
    await office.done("address", "add", "info", "--to", "mary,john");
    const text = await office.done("user", "show", "John");
    const shown = text.split("\n").map((line) => line.trim().split(/ {2,}/));
    expect(shown[0]).toEqual(["john@example.org (user)"]);
    expect(shown).toContainEqual(["MailQuotaCustom", "20"]);
    expect(shown).toContainEqual(["PasswordHash", "••••••"]);
    expect(shown).toContainEqual(["MailStatus", "enabled (default)"]);
    expect(shown).toContainEqual(["named by", "address info@, group sales@example.org"]);
    for (const line of ["group show sales", "address show info", "address show postmaster"])
      expect(await office.done(...line.split(" "))).toMatch(/^\S+ \((group|pseudonym)\)\n/);
  });

  it("list has a row for each, below titles; none is said", async () => {
    expect(await office.done("relay", "list")).toBe("There is none. Make one: mailwright relay add\n");
    await office.mailwright(
      "user",
      "add",
      "john",
      "--no-password",
      "--first-name",
      "John",
      "--last-name",
      "Doe",
    );
    await office.mailwright("user", "modify", "john", "--quota", "1.5G", "--forward", "a@b.org");
    const rows = (await office.done("user", "list")).split("\n").map((line) => line.split(/ {2,}/));
    expect(rows).toEqual([
      ["user", "name", "login", "access", "quota", "forward"],
      ["john@example.org", "John Doe", "no password", "public", "1.5G", "a@b.org"],
      [""],
    ]);
    expect(await office.done("address", "list")).toMatch(/^address +to +.*\npostmaster@ +root +public\n$/);
  });

  it("of members that are added at the same time none is lost", async () => {
    await office.done("group", "add", "sales");
    const names = ["a", "b", "c", "d", "e"];
    const all = names.map((name) => office.done("group", "modify", "sales", "--add-member", name));
    await Promise.all(all);
    const record = await office.record("accounts", "sales@example.org");
    expect(record === 1 ? [] : record.props?.["Members"]?.split(",").sort()).toEqual(names);
  });

  it("postmaster is there by default: it can be changed and not be made or deleted", async () => {
    expect(await office.mailwright("address", "add", "postmaster", "--to", "x")).toMatchObject({ exit: 3 });
    expect(await office.mailwright("address", "delete", "postmaster", "--yes")).toMatchObject({ exit: 3 });
    await office.done("address", "modify", "postmaster", "--to", "john");
    expect(await office.record("accounts", "postmaster@")).toMatchObject({ props: { Account: "john" } });
  });

  it("what the catalogue refuses is shown as it says it, and nothing is stored", async () => {
    const wrong = await office.mailwright("user", "add", "john", "--no-password", "--set", "FristName=x");
    expect(wrong).toMatchObject({ exit: 3 });
    expect(wrong.stderr).toContain(
      "a record of type user has no property FristName. Did you mean FirstName?",
    );
    const bad = await office.mailwright("address", "add", "a@@b", "--to", "x");
    expect(bad.stderr).toContain("it holds more than one @");
    expect(await office.db("accounts", "keys")).toBe("postmaster@\n");
  });

  it.each([
    ["user add", "an argument is missing"],
    ["user ad john", "there is no verb ad. Did you mean add?"],
    ["user", "what is to be done?"],
    ["user modify john --nothing", "there is no option --nothing"],
    ["address add info", "whom does it lead to?"],
    ["relay add @b.org --host x", "of mail from it, or to it?"],
    ["relay add @b.org --for sender", "which server gets the mail?"],
    ["user add john --set FirstName", "--set needs a property and its value"],
    ["address modify postmaster --private --public", "--public and --private contradict each other"],
    ["relay add @b.org --for sender --host x --tls --no-tls", "--no-tls and --tls contradict each other"],
    ["relay add @b.org --for sender --host x --enable --disable", "--enable and --disable contradict"],
    ["relay default --enable --disable", "--enable and --disable contradict each other"],
    ["user add john --qouta 2G", "there is no option --qouta. Did you mean --quota?"],
    ["group add sales --member john", "there is no option --member. Did you mean --members?"],
    ["user remove john", "there is no verb remove. Did you mean delete?"],
    ["stauts", "there is no command stauts. Did you mean status?"],
    ["user add john --quota 1000M", "the nearest: 0.9G or 1G"],
  ])("%s: %s", async (line, message) => {
    const { exit, stdout, stderr } = await office.mailwright(...line.split(" "));
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("a user's options do not contradict each other", async () => {
    await office.mailwright("user", "add", "john", "--no-password");
    for (const [one, other] of [
      ["--keep-copy", "--no-keep-copy"],
      ["--disable", "--enable"],
      ["--forward=a@else.net", "--no-forward"],
    ] as const)
      expect(await office.mailwright("user", "modify", "john", one, other)).toMatchObject({ exit: 3 });
    expect(await office.record("accounts", "john@example.org")).not.toHaveProperty("props");
    await office.done("user", "modify", "john", "--forward", "a@else.net", "--keep-copy", "--private");
  });

  it("nothing to be changed is no change", async () => {
    await office.mailwright("user", "add", "john", "--no-password");
    const { exit, stderr } = await office.mailwright("user", "modify", "john");
    expect({ exit, stderr }).toEqual({
      exit: 3,
      stderr: "mailwright user: nothing is to be changed\n  see: mailwright user modify --help\n",
    });
  });
});
