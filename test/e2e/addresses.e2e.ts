import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply as applyAll, complaints, queueIsEmpty } from "./container/administrator.ts";
import { bootMailServer, password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { type Mail, type SmtpAnswer, send as sendTo, waitFor } from "./container/mail.ts";
import { sinkLog, startSink } from "./container/sink.ts";

const users = ["john", "mary", "paul", "root"];

describe("who gets which mail", () => {
  let container: Container;
  let number = 0;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const send = (mail: Partial<Mail> & Pick<Mail, "to">): Promise<SmtpAnswer> => sendTo(container, mail);

  /** Everybody who has a message, as `john/INBOX` or `a@outside.example.net`. */
  async function holders(subject: string): Promise<string[]> {
    const found: string[] = [];
    for (const user of users) {
      const rows = await container.run([
        "doveadm",
        "-f",
        "flow",
        "fetch",
        "-u",
        user,
        "mailbox",
        "subject",
        subject,
      ]);
      for (const row of rows.stdout.split("\n").filter(Boolean))
        found.push(`${user}/${row.replace("mailbox=", "")}`);
    }
    const log = await container.run(["cat", sinkLog]);
    for (const row of log.stdout.split("\n").filter(Boolean)) {
      const { to, subject: own } = JSON.parse(row);
      if (own === subject) found.push(to);
    }
    return found.sort();
  }

  /** Sends a message and tells who has it when the queue is empty. */
  async function delivered(to: string[], mail: Partial<Mail> = {}): Promise<string[]> {
    const subject = `message-${++number}-x`;
    const answer = await send({ to, subject, ...mail });
    expect(answer, `to ${to}`).toMatchObject({ accepted: true });
    await queueIsEmpty(container);
    return holders(subject);
  }

  async function refusal(to: string, mail: Partial<Mail> = {}): Promise<string> {
    const { last } = await send({ to: [to], ...mail });
    return `${last.verb} ${last.code} ${last.text}`;
  }

  /** Applies all that waits, and sees that doing it again changes nothing. */
  const apply = (): Promise<void> => applyAll(container);

  const login = { port: 587, tls: "starttls", user: "john", password, from: "john@domain.org" } as const;

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary", "paul"], (booted) => startSink(booted, 25, 2525));
  });
  afterAll(() => container?.stop());

  test("A2 a user gets mail in every local domain; an unknown name is refused at RCPT and nothing is queued", async () => {
    expect(await delivered(["john@domain.org"])).toEqual(["john/INBOX"]);
    expect(await delivered(["JOHN@Example.COM"])).toEqual(["john/INBOX"]);
    expect(await refusal("nobody@domain.org")).toMatch(/^RCPT 550 /);
    expect(await refusal("nobody@example.com")).toMatch(/^RCPT 550 /);
    expect(await refusal("john@elsewhere.net")).toMatch(/^RCPT 554 /);
    expect((await type("postqueue", "-j")).trim()).toBe("");
  });

  test("A4 with MailStatus disabled no login is taken at once, mail is delivered, and enabling restores", async () => {
    const tries = async (): Promise<boolean> =>
      (await container.run(["doveadm", "auth", "test", "mary", password])).exit === 0;
    expect(await tries()).toBe(true);
    await type("db", "accounts", "setprop", "mary@domain.org", "MailStatus", "disabled");
    await apply();
    await waitFor(async () => !(await tries()));
    expect(await refusal("john@domain.org", { ...login, user: "mary", from: "mary@domain.org" })).toMatch(
      /^AUTH 535 /,
    );
    expect(await delivered(["mary@domain.org"])).toEqual(["mary/INBOX"]);
    await type("db", "accounts", "delprop", "mary@domain.org", "MailStatus");
    await apply();
    await waitFor(tries);
  });

  test("A5 a forward reaches every external address, with a copy kept and without", async () => {
    const to = "a@outside.example.net,b@outside.example.net";
    await type(
      "db",
      "accounts",
      "setprop",
      "paul@domain.org",
      "MailForwardStatus",
      "enabled",
      "MailForwardAddress",
      to,
    );
    await apply();
    const both = ["a@outside.example.net", "b@outside.example.net"];
    expect(await delivered(["paul@domain.org"])).toEqual(both);
    await type("db", "accounts", "setprop", "paul@domain.org", "MailForwardKeepMessageCopy", "yes");
    await apply();
    expect(await delivered(["paul@example.com"])).toEqual([...both, "paul/INBOX"]);
    await type("db", "accounts", "delprop", "paul@domain.org", "MailForwardStatus");
    await apply();
    expect(await delivered(["paul@domain.org"])).toEqual(["paul/INBOX"]);
  });

  test("A6 a group gives each member one copy while DynamicGroupAlias is enabled; its switch, and private", async () => {
    await type("db", "accounts", "set", "Domain Users@domain.org", "group", "Members", "john,mary");
    await type("mailwright", "apply");
    expect(await refusal('"domain users"@domain.org')).toMatch(/^RCPT 550 /);
    await type("config", "setprop", "postfix", "DynamicGroupAlias", "enabled");
    await apply();
    expect(await delivered(['"Domain Users"@domain.org'])).toEqual(["john/INBOX", "mary/INBOX"]);
    await type("db", "accounts", "setprop", "Domain Users@domain.org", "MailAccess", "private");
    await apply();
    expect(await refusal('"Domain Users"@example.com')).toMatch(/^RCPT 554 /);
    expect(await delivered(['"Domain Users"@domain.org'], login)).toEqual(["john/INBOX", "mary/INBOX"]);
    await type("db", "accounts", "setprop", "Domain Users@domain.org", "MailStatus", "disabled");
    await apply();
    expect(await refusal('"Domain Users"@domain.org')).toMatch(/^RCPT 550 /);
  });

  test("A7 a relayed domain goes to its server, which is asked for each recipient", async () => {
    const relay = ["TransportType", "Relay", "RelayHost", "192.0.2.2", "RelayPort", "2525"];
    await type("db", "domains", "set", "relay.test", "domain", ...relay);
    await apply();
    expect(await delivered(["any@relay.test"])).toEqual(["any@relay.test"]);
    expect(await refusal("unknown@relay.test")).toMatch(/^RCPT 550 /);
    const primary = await container.run([
      "db",
      "domains",
      "setprop",
      "domain.org",
      "TransportType",
      "Relay",
      "RelayHost",
      "x.net",
    ]);
    expect(primary.exit).toBe(3);
    await type("db", "domains", "setprop", "relay.test", "TransportType", "SmtpSink");
    await apply();
    expect(await delivered(["any@relay.test"])).toEqual([]);
    await type("db", "domains", "setprop", "relay.test", "TransportType", "none");
    await apply();
    expect(await refusal("any@relay.test")).toMatch(/^RCPT 554 /);
  });

  test("A8 hidden copies: of a domain's mail, and of everything, in and out", async () => {
    const copy = ["AlwaysBccStatus", "enabled", "AlwaysBccAddress", "mary@domain.org"];
    await type("db", "domains", "setprop", "example.com", ...copy);
    await apply();
    expect(await delivered(["john@example.com"])).toEqual(["john/INBOX", "mary/INBOX"]);
    expect(await delivered(["john@domain.org"])).toEqual(["john/INBOX"]);
    await type("db", "domains", "delprop", "example.com", "AlwaysBccStatus");
    await type("config", "setprop", "postfix", ...copy);
    await apply();
    expect(await delivered(["john@domain.org"])).toEqual(["john/INBOX", "mary/INBOX"]);
    expect(await delivered(["a@outside.example.net"], login)).toEqual([
      "a@outside.example.net",
      "mary/INBOX",
    ]);
    await type("config", "setprop", "postfix", "AlwaysBccStatus", "disabled");
    await apply();
  });

  test("A9 a catch-all of one domain takes what is unknown there, and steals nothing", async () => {
    await type("db", "accounts", "set", "sales@", "pseudonym", "Account", "paul");
    const open = ["UnknownRecipientsActionType", "deliver", "UnknownRecipientsActionDeliverMailbox", "mary"];
    await type("db", "domains", "setprop", "domain.org", ...open);
    await apply();
    expect(await delivered(["whoever@domain.org"])).toEqual(["mary/INBOX"]);
    expect(await delivered(["john@domain.org"])).toEqual(["john/INBOX"]);
    expect(await delivered(["sales@domain.org"])).toEqual(["paul/INBOX"]);
    expect(await refusal("whoever@example.com")).toMatch(/^RCPT 550 /);
    await type("db", "domains", "delprop", "domain.org", "UnknownRecipientsActionType");
    await apply();
    expect(await refusal("whoever@domain.org")).toMatch(/^RCPT 550 /);
  });

  test("B1 info@ works on every local domain; goofy@example.com only there, and wins over goofy@", async () => {
    await type("db", "accounts", "set", "info@", "pseudonym", "Account", "john");
    await type("db", "accounts", "set", "goofy@example.com", "pseudonym", "Account", "mary");
    await apply();
    expect(await delivered(["info@domain.org"])).toEqual(["john/INBOX"]);
    expect(await delivered(["info@example.com"])).toEqual(["john/INBOX"]);
    expect(await delivered(["goofy@example.com"])).toEqual(["mary/INBOX"]);
    expect(await refusal("goofy@domain.org")).toMatch(/^RCPT 550 /);
    await type("db", "accounts", "set", "goofy@", "pseudonym", "Account", "paul");
    await apply();
    expect(await delivered(["goofy@example.com"])).toEqual(["mary/INBOX"]);
    expect(await delivered(["goofy@domain.org"])).toEqual(["paul/INBOX"]);
  });

  test("B2 mixed destinations get exactly one copy each, and loops are refused", async () => {
    const to = "john,Domain Users,info@outside.example.net,mary@example.com";
    await type("db", "accounts", "set", "team@", "pseudonym", "Account", to);
    await apply();
    expect(await delivered(["team@domain.org"])).toEqual([
      "info@outside.example.net",
      "john/INBOX",
      "mary/INBOX",
    ]);
    const loop = await container.run(["db", "accounts", "set", "loop@", "pseudonym", "Account", "loop2"]);
    expect(loop.exit).toBe(0);
    expect(
      (await container.run(["db", "accounts", "set", "loop2@", "pseudonym", "Account", "loop"])).exit,
    ).toBe(3);
    await type("db", "accounts", "delete", "loop@");
  });

  test("B3 an internal address refuses outside mail with 554, and takes that of trusted clients and logins", async () => {
    await type("db", "accounts", "setprop", "info@", "Access", "private");
    await apply();
    expect(await refusal("info@domain.org")).toMatch(/^RCPT 554 .*5\.7\.1/);
    expect(await refusal("Info+tag@example.com")).toMatch(/^RCPT 554 /);
    expect(await delivered(["info@domain.org"], login)).toEqual(["john/INBOX"]);
    expect(await delivered(["info@domain.org"], { via: "inside", host: "127.0.0.1" })).toEqual([
      "john/INBOX",
    ]);
    await type("db", "accounts", "setprop", "mary@domain.org", "MailAccess", "private");
    await apply();
    expect(await refusal("mary@example.com")).toMatch(/^RCPT 554 /);
    expect(await delivered(["john@domain.org"])).toEqual(["john/INBOX"]);
    await type("db", "accounts", "delprop", "mary@domain.org", "MailAccess");
    await apply();
  });

  test("B4 user+tag@ lies in the folder of that name where there is one, else in the inbox", async () => {
    await type("doveadm", "mailbox", "create", "-u", "john", "lists");
    expect(await delivered(["john+lists@domain.org"])).toEqual(["john/lists"]);
    expect(await delivered(["john+none@domain.org"])).toEqual(["john/INBOX"]);
  });

  test("B5 names with blanks, apostrophes, plus and capitals are addresses like others", async () => {
    for (const name of ["O'Brien", "Two Words", "a&b", "x_y-z"]) {
      await type("db", "accounts", "set", `${name}@`, "pseudonym", "Account", "john");
    }
    await apply();
    for (const local of ["o'brien", '"two words"', "A&B", "x_y-z"])
      expect(await delivered([`${local}@example.com`]), local).toEqual(["john/INBOX"]);
  });

  test("A10 a deleted domain takes no mail any more, and what was received stays", async () => {
    const before = (await type("doveadm", "search", "-u", "john", "all")).split("\n").length;
    await type("signal-event", "domain-delete", "example.com");
    expect(await refusal("john@example.com")).toMatch(/^RCPT 554 /);
    expect((await type("doveadm", "search", "-u", "john", "all")).split("\n").length).toBe(before);
    await type("signal-event", "user-delete", "mary@domain.org");
    expect(await refusal("mary@domain.org")).toMatch(/^RCPT 550 /);
    const kept = await type(
      "find",
      "/var/lib/nethserver/vmail/mary/Maildir",
      "-path",
      "*/new/*",
      "-type",
      "f",
    );
    expect(kept).not.toBe("");
    await apply();
  });

  test("the daemons have nothing to complain of", async () => {
    // The login that A4 tries.
    const tried = /SASL PLAIN authentication failed: .*sasl_username=mary/;
    expect(await complaints(container, tried)).toEqual([]);
  });
});
