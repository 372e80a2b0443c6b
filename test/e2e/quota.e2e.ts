import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { bootMailServer, password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { outsider, reply, send, waitFor } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";
import { deliver, placesOf } from "./container/mailboxes.ts";
import { literal, session } from "./container/sessions.ts";
import { sinkLog, startSink } from "./container/sink.ts";

const full = /^RCPT 552 5\.2\.2 .*mailbox is full/;
/** About 18 MiB: five are 88 % of one unit, six are more than it. */
const large = `Subject: large\nFrom: <${outsider}>\n\n${`${"x".repeat(75)}\n`.repeat(248_000)}`;

describe("the size of mailboxes", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const save = (user: string, message: string) =>
    container.run(["doveadm", "save", "-u", user], { input: message });
  const account = (name: string, ...props: string[]) => type("db", "accounts", "setprop", name, ...props);

  /** What IMAP says of the limit of the inbox, in KiB; `undefined` where there is none. */
  async function limit(user: string): Promise<number | undefined> {
    const [answer = ""] = await session(container, "imap", { user, password }, ["GETQUOTAROOT INBOX"]);
    const [, kibibytes] = /STORAGE \d+ (\d+)/.exec(answer) ?? [];
    expect(answer).toMatch(kibibytes === undefined ? /^x OK No quota/m : /^\* QUOTA "User quota"/m);
    return kibibytes === undefined ? undefined : Number(kibibytes);
  }

  async function subjects(user: string): Promise<string[]> {
    const fetched = await type("doveadm", "-f", "flow", "fetch", "-u", user, "hdr.subject", "all");
    return fetched
      .split("\n")
      .filter(Boolean)
      .map((row) => row.replace("hdr.subject=", ""));
  }

  const warnings = async (user: string) => (await subjects(user)).filter((one) => /% full$/.test(one));

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary", "paul", "anna", "anna lee"]);
    await startSink(container);
    await type("config", "setprop", "dovecot", "QuotaStatus", "enabled");
    await account("anna lee@domain.org", "MailQuotaType", "custom", "MailQuotaCustom", "1");
    for (const [address, to] of [
      ["info@", "john"],
      ["first@", "info"],
      ["Two Words@", "john"],
      ["O'Brien@", "john"],
      ["goofy@example.com", "john"],
      ["goofy@", "paul"],
      ["mary@example.com", "john"],
      ["team@", "john,mary"],
      ["public@", "vmail+Public"],
    ] as const)
      await type("db", "accounts", "set", address, "pseudonym", "Account", to);
    await apply(container);
  });
  afterAll(() => container?.stop());

  test("C2 one unit is 0.1 GiB, for everybody or for one, and unlimited is no limit", async () => {
    expect(await limit("mary")).toBe(2048 * 1024);
    await account("john@domain.org", "MailQuotaType", "custom", "MailQuotaCustom", "1");
    await account("paul@domain.org", "MailQuotaType", "custom", "MailQuotaCustom", "unlimited");
    await type("config", "setprop", "dovecot", "QuotaDefaultSize", "15");
    await apply(container);
    expect(await limit("mary")).toBe(1536 * 1024);
    expect(await limit("john")).toBe(102 * 1024);
    expect(await limit("paul")).toBeUndefined();
  });

  test("C2 a login by the short and by the long name has the same quota", async () => {
    for (const user of ["john", "john@domain.org", "JOHN@example.com"])
      expect(await limit(user), user).toBe(102 * 1024);
  });

  test("C2 warning mail at 80 and 95 %, once for each", async () => {
    for (let count = 1; count <= 4; count++) expect(await save("john", large)).toMatchObject({ exit: 0 });
    expect(await warnings("john")).toEqual([]);
    expect(await save("john", large)).toMatchObject({ exit: 0 });
    await waitFor(async () => (await warnings("john")).length > 0);
    expect(await warnings("john")).toEqual(["Your mailbox is 80% full"]);
    const warning = await type("doveadm", "fetch", "-u", "john", "hdr", "subject", "full");
    expect(warning).toMatch(/^From: Postmaster <postmaster@domain.org>$/m);
    expect(warning).toMatch(/^To: john@domain.org$/m);
  });

  test("C2 a user with a blank in the name is warned, and nobody else", async () => {
    for (let count = 1; count <= 5; count++) await save("anna lee", large);
    await waitFor(async () => (await warnings("anna lee")).length > 0);
    expect(await warnings("anna lee")).toEqual(["Your mailbox is 80% full"]);
    expect(await type("doveadm", "fetch", "-u", "anna lee", "hdr", "subject", "full")).toMatch(
      /^To: "anna lee"@domain.org$/m,
    );
    expect(await warnings("anna")).toEqual([]);
    await type("doveadm", "expunge", "-u", "anna lee", "mailbox", "*", "all");
  });

  test("C2 a message that is announced as larger than what is left is refused; one that was taken is delivered", async () => {
    const announce = [
      "import smtplib, sys",
      's = smtplib.SMTP("192.0.2.1", 25, timeout=30); s.ehlo()',
      's.docmd("MAIL", "FROM:<a@outside.example.net> SIZE=18000000")',
      'print(s.docmd("RCPT", "TO:<john@domain.org>")[0], s.docmd("RCPT", "TO:<mary@domain.org>")[0])',
    ].join("\n");
    expect((await container.outside.run(["python3", "-c", announce])).stdout).toBe("552 250\n");
    await deliver(container, { to: ["john@domain.org"], data: large });
    expect((await placesOf(container, "john", "large")).length).toBe(6);
    await waitFor(async () => (await warnings("john")).length > 1);
    expect((await warnings("john")).sort()).toEqual(["Your mailbox is 80% full", "Your mailbox is 95% full"]);
  });

  test("C2 over quota is refused at RCPT, by every address of the mailbox and to everybody", async () => {
    for (const to of [
      "john@domain.org",
      "John+tag@Example.COM",
      "info@domain.org",
      "info+tag@example.com",
      "first@example.com",
      '"two words"@domain.org',
      "o'brien@example.com",
      "goofy@example.com",
      "mary@example.com",
    ])
      expect(await reply(container, to), to).toMatch(full);
    const login = { port: 587, tls: "starttls", user: "mary", password, from: "mary@domain.org" } as const;
    expect(await reply(container, "info@domain.org", login)).toMatch(full);
    const trusted = { via: "inside", host: "127.0.0.1" } as const;
    expect(await reply(container, "john@domain.org", trusted)).toMatch(full);
    expect((await type("postqueue", "-j")).trim()).toBe("");
  });

  test("C2 whoever else has the name, or the others of a list, get their mail", async () => {
    const subject = "to others";
    await deliver(container, { to: ["mary@domain.org", "goofy@domain.org"], subject });
    await deliver(container, { to: ["team@domain.org"], subject: "to the team" });
    expect(await placesOf(container, "mary", subject)).toEqual(["INBOX"]);
    expect(await placesOf(container, "paul", subject)).toEqual(["INBOX"]);
    expect(await placesOf(container, "mary", "to the team")).toEqual(["INBOX"]);
    expect(await placesOf(container, "john", "to the team")).toEqual(["INBOX"]);
    const login = { port: 587, tls: "starttls", user: "mary", password, from: "mary@domain.org" } as const;
    await deliver(container, { to: ["john@outside.example.net"], subject, ...login });
    expect(await container.read(sinkLog)).toContain("john@outside.example.net");
    expect(await reply(container, "nobody@domain.org")).toMatch(/^RCPT 550 /);
  });

  test("C2 who forwards without a copy is not asked for room", async () => {
    await account(
      "john@domain.org",
      "MailForwardStatus",
      "enabled",
      "MailForwardAddress",
      "a@outside.example.net",
    );
    await apply(container);
    // Dovecot looks for changes of a passwd file once a second.
    await waitFor(async () => !full.test(await reply(container, "info@domain.org")));
    await queueIsEmpty(container);
    expect(await container.read(sinkLog)).toContain("a@outside.example.net");
    await account("john@domain.org", "MailForwardStatus", "disabled");
    await apply(container);
    await waitFor(async () => full.test(await reply(container, "info@domain.org")));
    await queueIsEmpty(container);
  });

  test("C2 IMAP refuses to add to a full mailbox and lets the user move to the trash; fetched mail stays where it is", async () => {
    const [append, , copy, move] = await session(container, "imap", { user: "john", password }, [
      `APPEND INBOX ${literal("Subject: appended\n\nx\n")}`,
      "SELECT INBOX",
      "COPY 1 Archive",
      "MOVE 1 Trash",
    ]);
    expect(append).toMatch(/^x NO \[OVERQUOTA\]/m);
    expect(copy).toMatch(/^x NO \[OVERQUOTA\]/m);
    expect(move).toMatch(/^x OK /m);
    const lda = await container.run(["/usr/lib/dovecot/dovecot-lda", "-d", "john"], {
      input: "Subject: fetched\n\nx\n",
    });
    expect(lda.exit).toBe(75);
    expect(await placesOf(container, "john", "fetched")).toEqual([]);
  });

  test("C2 with room again mail is taken, and the next crossing warns again", async () => {
    await type("doveadm", "expunge", "-u", "john", "mailbox", "*", "all");
    await deliver(container, { to: ["goofy@example.com"], subject: "room" });
    expect(await placesOf(container, "john", "room")).toEqual(["INBOX"]);
    for (let count = 1; count <= 5; count++) await save("john", large);
    await waitFor(async () => (await warnings("john")).length > 0);
    expect(await warnings("john")).toEqual(["Your mailbox is 80% full"]);
  });

  test("C2 while Dovecot is down mail is taken, and delivered when it is back", async () => {
    await type("systemctl", "stop", "dovecot");
    expect(await send(container, { to: ["mary@domain.org"], subject: "early" })).toMatchObject({
      accepted: true,
    });
    await type("systemctl", "start", "dovecot");
    await type("postqueue", "-f");
    await queueIsEmpty(container);
    expect(await placesOf(container, "mary", "early")).toEqual(["INBOX"]);
  });

  test("C2 with QuotaStatus disabled nobody has a limit", async () => {
    await save("john", large);
    await type("config", "setprop", "dovecot", "QuotaStatus", "disabled");
    await apply(container);
    await waitFor(async () => (await send(container, { to: ["info@domain.org"] })).accepted);
    await queueIsEmpty(container);
    const [quota = ""] = await session(container, "imap", { user: "john", password }, ["GETQUOTAROOT INBOX"]);
    expect(quota).toMatch(/^x BAD /m);
    expect(await save("john", large)).toMatchObject({ exit: 0 });
  });

  test("the events change nothing when they are signalled again", async () => {
    for (const event of ["nethserver-mail-server-save", "mailbox-save"]) await repeat(container, event);
  });

  test("the daemons have nothing to complain of", async () => {
    // What IMAP and the delivery agent refused, and the time in which Dovecot was stopped.
    const expected =
      /lda\(john\).*Quota exceeded|(to|problem talking to server) private\/(quota-status|dovecot-lmtp)|anvil-auth-penalty/;
    expect(await complaints(container, expected)).toEqual([]);
  });
});
