import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints } from "./container/administrator.ts";
import { bootMailServer, password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { type Mail, reply } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";
import { deliver, placesOf } from "./container/mailboxes.ts";

const internal = /^RCPT 554 5\.7\.1 /;
const login = { port: 587, tls: "starttls", user: "john", password, from: "john@domain.org" } as const;
const trusted = { via: "inside", host: "127.0.0.1" } as const;

/** The reply that decided on a message to one recipient. */
const verdict = (container: Container, mail: Partial<Mail> & Pick<Mail, "to">): Promise<string> =>
  reply(container, mail.to[0] ?? "", mail);

describe("ways around what is private, restricted or gone", () => {
  let container: Container;
  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const account = (key: string, to: string, ...props: string[]): Promise<string> =>
    type("db", "accounts", "set", key, "pseudonym", "Account", to, ...props);

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary", "paul"]);
  });
  afterAll(() => container?.stop());

  test("an address literal of this machine takes no mail, from outside, from logins and from trusted networks", async () => {
    await type("db", "accounts", "setprop", "mary@domain.org", "MailAccess", "private");
    await apply(container);
    expect(await verdict(container, { to: ["mary@domain.org"] })).toMatch(internal);
    const own = (await type("hostname", "-I")).trim().split(" ");
    const literals = [...own, "127.0.0.1", "::1"].map((ip) => `[${ip.includes(":") ? "IPv6:" : ""}${ip}]`);
    expect(literals).toContain("[192.0.2.1]");
    for (const literal of literals)
      for (const mail of [{}, login, trusted])
        for (const name of ["mary", "Mary+tag", "postmaster"])
          expect(await verdict(container, { to: [`${name}@${literal}`], ...mail }), literal).toMatch(
            /^RCPT 550 5\.1\.1 .*Mail to an IP address is not taken here/,
          );
    for (const to of [
      "mary%[192.0.2.1]@domain.org",
      "mary%domain.org@[192.0.2.1]",
      '"mary@[192.0.2.1]"@domain.org',
      "@[192.0.2.1]:mary@domain.org",
      "@domain.org:mary@[192.0.2.1]",
      "mary@[192.0.2.1]@domain.org",
      "mary@192.0.2.1",
      "[192.0.2.1]!mary",
      "mary@[192.0.2.1].",
    ])
      expect(await verdict(container, { to: [to] }), to).toMatch(/^RCPT 5\d\d /);
  });

  test("a public mailbox is no more open by its own address than by the one that leads to it", async () => {
    await account("sales@", "vmail+Sales", "Access", "private");
    await type("doveadm", "mailbox", "create", "-u", "vmail", "Sales");
    await apply(container);
    for (const to of ["sales@domain.org", "vmail+Sales@domain.org", "VMAIL+sales@example.com"])
      expect(await verdict(container, { to: [to] }), to).toMatch(internal);
    await deliver(container, { to: ["vmail+Sales@domain.org"], subject: "from john", ...login });
    expect(await placesOf(container, "vmail", "from john")).toEqual(["Sales"]);
  });

  test("a tag files into the user's own folders, not into those of others and not with what was sent", async () => {
    await type(
      "doveadm",
      "acl",
      "set",
      "-u",
      "vmail",
      "Sales",
      "user=john",
      "lookup",
      "read",
      "insert",
      "post",
    );
    await type("doveadm", "mailbox", "create", "-u", "mary", "Open");
    await type(
      "doveadm",
      "acl",
      "set",
      "-u",
      "mary",
      "Open",
      "user=john",
      "lookup",
      "read",
      "insert",
      "post",
    );
    await type("doveadm", "mailbox", "create", "-u", "john", "lists");
    for (const tag of ["Public/Sales", "Shared/mary/Open", "Sent", "Trash", "Drafts"]) {
      await deliver(container, { to: [`john+${tag}@domain.org`], subject: `by the tag ${tag}.` });
      expect(await placesOf(container, "john", `by the tag ${tag}.`), tag).toEqual(["INBOX"]);
    }
    await deliver(container, { to: ["john+lists@domain.org"], subject: "to the list" });
    expect(await placesOf(container, "john", "to the list")).toEqual(["lists"]);
  });

  test("an address, a forward and root's mail that lead to a user who is gone are refused at RCPT", async () => {
    await account("one@", "paul");
    await account("chain@", "one");
    await account("two@", "paul,john");
    await apply(container);
    await deliver(container, { to: ["chain@example.com"], subject: "while there" });
    await type("signal-event", "user-delete", "paul@domain.org");
    for (const to of ["one@domain.org", "one+tag@domain.org", "chain@example.com", "paul@domain.org"])
      expect(await verdict(container, { to: [to] }), to).toMatch(/^RCPT 550 5\.1\.1 /);
    await deliver(container, { to: ["two@domain.org"], subject: "to who is left" });
    expect(await placesOf(container, "john", "to who is left")).toEqual(["INBOX"]);
    await type("config", "setprop", "root", "EmailAddress", "paul@domain.org", "KeepMessageCopy", "no");
    await apply(container);
    await deliver(container, { to: ["postmaster@domain.org"], subject: "to nobody else" });
    expect(await placesOf(container, "root", "to nobody else")).toEqual(["INBOX"]);
    await type("config", "delprop", "root", "EmailAddress", "KeepMessageCopy");
    await apply(container);
  });

  test("the group of those who are restricted, and the mailbox of the quarantine, cannot go while they are needed", async () => {
    await type("db", "accounts", "set", "staff@domain.org", "group", "Members", "john");
    await type("config", "setprop", "dovecot", "RestrictedAccessGroup", "staff");
    await apply(container);
    const restricted = await container.read("/etc/dovecot/restricted-users");
    expect(restricted).toContain("imap/john");
    const refused = await container.run(["signal-event", "group-delete", "staff@domain.org"]);
    expect(refused).toMatchObject({ exit: 3 });
    expect(refused.stderr).toContain("RestrictedAccessGroup: there is no group staff");
    expect(await type("db", "accounts", "gettype", "staff@domain.org")).toBe("group\n");
    expect(await container.read("/etc/dovecot/restricted-users")).toBe(restricted);
    await type("config", "delprop", "dovecot", "RestrictedAccessGroup");
    await type("config", "setprop", "rspamd", "QuarantineStatus", "enabled", "QuarantineAccount", "mary");
    await apply(container);
    expect(await container.run(["signal-event", "user-delete", "mary@domain.org"])).toMatchObject({
      exit: 3,
    });
    expect(await type("db", "accounts", "gettype", "mary@domain.org")).toBe("user\n");
    await type("config", "setprop", "rspamd", "QuarantineStatus", "disabled");
    await type("signal-event", "group-delete", "staff@domain.org");
    await apply(container);
  });

  test("a script of the administrator's own that does not compile keeps no event from succeeding", async () => {
    await container.write("/etc/dovecot/sieve/own.sieve", "no sieve at all");
    await type("signal-event", "nethserver-mail-server-save");
    await type("rm", "/etc/dovecot/sieve/own.sieve");
  });

  test("the rule for a domain that is no more of this server has its account and its TLS at once", async () => {
    const rule = ["Host", "192.0.2.2", "Port", "2525", "Username", "me", "Password", "Pass-1"];
    await type("db", "smarthosts", "set", "@example.com", "recipient", ...rule);
    await apply(container);
    const found = async (table: string): Promise<string> =>
      (await container.run(["postmap", "-q", "[192.0.2.2]:2525", `cdb:/etc/postfix/${table}`])).stdout.trim();
    expect([await found("relay-accounts"), await found("relay-security")]).toEqual(["", ""]);
    await type("signal-event", "domain-delete", "example.com");
    expect([await found("relay-accounts"), await found("relay-security")]).toEqual(["me:Pass-1", "encrypt"]);
    await type("db", "smarthosts", "delete", "@example.com");
    await apply(container);
  });

  test("the daemons have nothing to complain of, and the events again change nothing", async () => {
    for (const event of ["nethserver-mail-server-save", "mailbox-save"]) await repeat(container, event);
    expect(await complaints(container, /Illegal address syntax from/)).toEqual([]);
    expect((await type("postqueue", "-j")).trim()).toBe("");
  });
});
