import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { complaints, nothingWaits, queueIsEmpty } from "./container/administrator.ts";
import { type Container, startContainer } from "./container/container.ts";
import { mayLogIn } from "./container/logins.ts";
import { journalctl, type Mail, type SmtpAnswer, smtpSend, waitFor } from "./container/mail.ts";
import { typeInto } from "./container/terminal.ts";
import { debPath, rootCache } from "./places.ts";

const outsider = "someone@outside.example.net";

/** Passwords that a shell, a passwd file, a login command or an encoding could trip over. */
const oddPasswords = [
  "two words ",
  `q"u'o\`t"e's`,
  "#begins|with:a{sign}",
  "100%u$HOME$(id)\\n\\",
  "Grüße-€-🦉",
  "x".repeat(200),
  "ä".repeat(200),
];

describe("an administrator's day with the commands for people", () => {
  let container: Container;
  let number = 0;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const mailwright = (...args: string[]) => container.run(["mailwright", ...args]);

  /** Runs a command that must go well and say nothing, but for what is expected on standard error. */
  async function done(args: readonly string[], input = "", said = ""): Promise<void> {
    const { exit, stdout, stderr } = await container.run(["mailwright", ...args], { input });
    expect({ exit, stdout, stderr }, args.join(" ")).toEqual({ exit: 0, stdout: "", stderr: said });
  }

  const send = (to: string, mail: Partial<Mail> = {}): Promise<SmtpAnswer> =>
    smtpSend(container, { from: outsider, to: [to], ...mail });

  /** Who of these users has a message to `to` when the queue is empty. */
  async function delivered(to: string, users: readonly string[]): Promise<string[]> {
    const subject = `message-${++number}-x`;
    expect(await send(to, { subject }), to).toMatchObject({ accepted: true });
    await queueIsEmpty(container);
    const found: string[] = [];
    for (const user of users) {
      const { stdout } = await container.run(["doveadm", "search", "-u", user, "subject", subject]);
      if (stdout.trim() !== "") found.push(user);
    }
    return found;
  }

  const logsIn = (user: string, password: string): Promise<boolean> => mayLogIn(container, user, password);

  /** Dovecot looks once in a second whether its file of users is another. */
  const soon = async (user: string, password: string, may: boolean): Promise<void> =>
    void (await waitFor(async () => (await logsIn(user, password)) === may));

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    await type("config", "set", "DomainName", "domain.org");
    await type("config", "setprop", "rspamd", "status", "disabled");
    await type("config", "setprop", "postfix", "DynamicGroupAlias", "enabled");
    await type("signal-event", "nethserver-mail-server-update");
    await type("signal-event", "nethserver-mail-filter-save");
  });
  afterAll(() => container?.stop());

  test("users, a group, a domain and addresses are made, and act at once", async () => {
    await done(["domain", "add", "example.com", "--description", "the second"]);
    await done(["user", "add", "john", "--first-name", "John", "--password-stdin"], "Secret-1\n");
    await done(["user", "add", "Mary", "--password-stdin", "--private"], "Secret-2\n");
    const said =
      "mailwright user add: paul@domain.org has no password, so that there is no login: mailwright passwd paul@domain.org\n";
    await done(["user", "add", "paul", "--forward", "john@domain.org", "--keep-copy"], "", said);
    await done(["group", "add", "Sales Team", "--members", "john,mary"]);
    await done(["address", "add", "info", "--to", "sales team,paul"]);
    await done(["address", "add", "goofy@example.com", "--to", "paul"]);
    const users = ["john", "mary", "paul"];
    expect(await delivered("john@example.com", users)).toEqual(["john"]);
    expect(await delivered('"Sales Team"@domain.org', users)).toEqual(["john", "mary"]);
    expect(await delivered("info@example.com", users)).toEqual(users);
    expect(await delivered("goofy@example.com", users)).toEqual(["john", "paul"]);
    expect((await send("mary@domain.org")).last).toMatchObject({ verb: "RCPT", code: 554 });
    expect((await send("goofy@domain.org")).last).toMatchObject({ verb: "RCPT", code: 550 });
    await soon("john", "Secret-1", true);
    await soon("mary", "Secret-2", true);
    await soon("paul", "", false);
  });

  test("they are listed and shown, for people and for programs, without a secret", async () => {
    const { stdout } = await mailwright("user", "list");
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["user", "name", "login", "access", "quota", "forward"],
      ["Mary@domain.org", "yes", "private", "default"],
      ["john@domain.org", "John", "yes", "public", "default"],
      ["paul@domain.org", "no password", "public", "default", "john@domain.org (with a copy here)"],
      [""],
    ]);
    const john = JSON.parse((await mailwright("user", "show", "john", "--json")).stdout);
    expect(john).toMatchObject({ name: "john@domain.org", props: { PasswordHash: "••••••" } });
    expect(john.namedBy).toEqual(["user paul@domain.org", "group Sales Team@domain.org"]);
    expect(await mailwright("relay", "list", "--json")).toMatchObject({ exit: 0, stdout: "[]\n" });
  });

  test("A3 a password of any characters, from standard input, is the one that logs in over IMAP", async () => {
    for (const password of oddPasswords) {
      await done(["passwd", "john", "--password-stdin"], `${password}\n`);
      await soon("john", password, true);
      expect(await logsIn("john@domain.org", password), password).toBe(true);
    }
    // Dovecot lets those wait who fail, so this is tried once: no part of a long password is left out.
    await soon("john", "ä".repeat(199), false);
  });

  test("A3 a password is typed twice at a terminal, which does not show it", async () => {
    const password = `Typed "1" ä$\\`;
    const passwd = ["mailwright", "passwd", "paul"];
    const { exit, shown } = await typeInto(container, passwd, [
      ["Password of paul@domain.org: ", password],
      ["The same again: ", password],
    ]);
    expect(exit).toBe(0);
    expect(shown).toContain("password-modify done in");
    expect(shown).not.toContain("Typed");
    await soon("paul", password, true);
    const differing = await typeInto(container, passwd, [
      ["Password of paul@domain.org: ", "one"],
      ["The same again: ", "two"],
    ]);
    expect(differing).toMatchObject({ exit: 3 });
    const interrupted = [["Password of paul@domain.org: ", "half\u0003"]] as const;
    expect(await typeInto(container, passwd, interrupted)).toMatchObject({ exit: 1 });
    await soon("paul", password, true);
    await done(["passwd", "paul", "--disable"]);
    await soon("paul", password, false);
  });

  test("passwords and hashes are in no history and no log", async () => {
    const places = [
      (await mailwright("history", "--json")).stdout,
      await type("db", "accounts", "history"),
      await journalctl(container, "-o", "cat"),
    ];
    const text = places.join("\n");
    expect(text).toContain("PasswordHash");
    for (const secret of [...oddPasswords, "Secret-1", "Typed", "{SHA512-CRYPT}$6$"])
      expect(text.includes(secret), secret).toBe(false);
  });

  test("A4 disabling a user ends the login and not the mail", async () => {
    await done(["passwd", "john", "--password-stdin"], "Secret-1\n");
    await done(["user", "modify", "john", "--disable", "--last-name", "Doe"]);
    await soon("john", "Secret-1", false);
    expect(await delivered("john@domain.org", ["john"])).toEqual(["john"]);
    await done(["user", "modify", "john", "--enable"]);
    await soon("john", "Secret-1", true);
  });

  test("a second user of one name is refused, and so is a group; nothing is stored", async () => {
    for (const family of ["user", "group"]) {
      const { exit, stderr } = await mailwright(family, "add", "john@example.com");
      expect(exit).toBe(3);
      expect(stderr).toContain("john@domain.org");
    }
    expect((await container.run(["db", "accounts", "set", "john@example.com", "user"])).exit).toBe(3);
    expect((await mailwright("status")).stdout).toMatch(nothingWaits);
  });

  test("a dry run changes nothing; an event that is refused leaves no record", async () => {
    const dry = await mailwright("address", "add", "new", "--to", "john", "--dry-run");
    expect(dry).toMatchObject({ exit: 2 });
    expect(dry.stdout).toContain("+new john@domain.org");
    const bad = "/etc/mailwright/templates/etc/postfix/virtual-aliases/95bad.hbs";
    await container.write(bad, "{{nothing}}\n");
    const refused = await mailwright("address", "add", "new", "--to", "john");
    expect(refused.exit).not.toBe(0);
    expect(refused.stderr).toContain("Nothing was stored: new@ is as it was.");
    await type("rm", bad);
    expect((await container.run(["db", "accounts", "get", "new@"])).exit).toBe(1);
    expect((await mailwright("status")).stdout).toMatch(nothingWaits);
  });

  test("C2 quota and mailbox list tell what Dovecot holds, whether quota is enabled or not", async () => {
    const messages = (await type("doveadm", "search", "-u", "john", "all")).trim().split("\n").length;
    const off = await mailwright("quota", "--json");
    expect(off.stderr).toContain("no limit is kept");
    const { status, users } = JSON.parse(off.stdout);
    expect(status).toBe("disabled");
    expect(users[0]).toMatchObject({ user: "john", messages });
    expect(users[0].used).toBeGreaterThan(100);
    expect((await mailwright("quota", "recalc")).stderr).toContain("quota is disabled");
    await type("config", "setprop", "dovecot", "QuotaStatus", "enabled");
    await type("signal-event", "nethserver-mail-server-save");
    await type("doveadm", "mailbox", "create", "-u", "vmail", "Sales", "Sales/Old offers");
    await container.run(["doveadm", "save", "-u", "mary"], {
      input: `Subject: large\n\n${"0123456789\n".repeat(60_000)}`,
    });
    const on = await mailwright("quota", "--json");
    expect(on).toMatchObject({ exit: 0, stderr: "" });
    const [mary] = JSON.parse(on.stdout).users;
    const kib = (await type("doveadm", "-f", "flow", "quota", "get", "-u", "mary")).match(
      /STORAGE Value=(\d+) Limit=(\d+)/,
    );
    expect(mary).toMatchObject({
      user: "mary",
      used: Number(kib?.[1]) * 1024,
      limit: Number(kib?.[2]) * 1024,
    });
    expect(mary.used).toBeGreaterThan(60_000 * 12);
    expect(mary.percent).toBe(Math.round((100 * mary.used) / mary.limit));
    expect(await mailwright("quota", "recalc")).toMatchObject({ exit: 0, stderr: "" });
    const seen = await typeInto(container, ["mailwright", "quota", "mary"], []);
    expect(seen.shown).toMatch(/[█░]{20}/);
    const { public: open, users: owned } = JSON.parse((await mailwright("mailbox", "list", "--json")).stdout);
    expect(open.map(({ name }: { name: string }) => name)).toEqual(["Sales", "Sales/Old offers"]);
    expect(owned).toContainEqual({ user: "john", messages, bytes: users[0].used });
    expect((await mailwright("mailbox", "show", "mary")).stdout).toMatch(/INBOX +\d+ messages/);
  });

  test("A10 a deletion asks at a terminal, and needs --yes without one; the mailbox stays unless it is to go", async () => {
    expect(await mailwright("user", "delete", "john")).toMatchObject({ exit: 3 });
    const question = "the mailbox stays. Go on? [y/N] ";
    const no = await typeInto(container, ["mailwright", "user", "delete", "john"], [[question, ""]]);
    expect(no).toMatchObject({ exit: 3 });
    await soon("john", "Secret-1", true);
    const yes = await typeInto(container, ["mailwright", "user", "delete", "john"], [[question, "y"]]);
    expect(yes).toMatchObject({ exit: 0 });
    expect(yes.shown).toContain("mailwright group modify 'Sales Team@domain.org' --remove-member john");
    // A login between the two looks that Dovecot takes at its file of users would be an error in its log.
    await waitFor(async () => (await container.run(["doveadm", "user", "john"])).exit === 67);
    expect(await logsIn("john", "Secret-1")).toBe(false);
    expect((await send("john@domain.org")).last).toMatchObject({ verb: "RCPT", code: 550 });
    await type("test", "-d", "/var/lib/nethserver/vmail/john/Maildir");
    await done(["group", "modify", "Sales Team", "--remove-member", "john"]);
    await done(["address", "modify", "info", "--remove-to", "paul"]);
    await done(["address", "delete", "goofy@example.com", "--yes"]);
    await done(["user", "delete", "paul", "--with-mailbox", "--yes"]);
    expect((await container.run(["test", "-e", "/var/lib/nethserver/vmail/paul"])).exit).toBe(1);
    await done(["domain", "delete", "example.com", "--yes"]);
    expect((await send("info@example.com")).last).toMatchObject({ verb: "RCPT", code: 554 });
    const primary = await mailwright("domain", "delete", "domain.org", "--yes");
    expect(primary).toMatchObject({ exit: 3 });
  });

  test("nothing waits, and the daemons have nothing to complain of", async () => {
    expect(await mailwright("verify")).toMatchObject({ exit: 0 });
    expect((await mailwright("status")).stdout).toMatch(nothingWaits);
    expect((await type("postqueue", "-j")).trim()).toBe("");
    expect(await complaints(container)).toEqual([]);
  });
});
