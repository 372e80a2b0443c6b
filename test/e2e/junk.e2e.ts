import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints } from "./container/administrator.ts";
import { bootMailServer, password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { repeat } from "./container/mail-server.ts";
import { deliver, placesOf } from "./container/mailboxes.ts";
import { literal, session } from "./container/sessions.ts";

const flagged = ["X-Spam: Yes"];
const job = "/etc/cron.daily/mailwright-spam-retention";

describe("the folder for spam", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const dovecot = async (...props: string[]): Promise<void> => {
    await type("config", "setprop", "dovecot", ...props);
    await apply(container);
  };
  const spam = (user: string, subject: string) =>
    deliver(container, { to: [`${user}@domain.org`], subject, headers: flagged });

  /** The folder that clients file spam in, as they find it by its use. */
  async function junk(user: string): Promise<string | undefined> {
    const [list = ""] = await session(container, "imap", { user, password }, [
      'LIST (SPECIAL-USE) "" * RETURN (SPECIAL-USE SUBSCRIBED)',
    ]);
    const [, attributes, name] = /^\* LIST \((.*\\Junk.*)\) "\/" (.*)$/m.exec(list) ?? [];
    if (name !== undefined) expect(attributes).toContain("\\Subscribed");
    return name;
  }

  /** The scripts of everybody's that are compiled, and not older than their text. */
  async function compiled(): Promise<string[]> {
    const names = ["spam-folder", "subaddress"].map((name) => `/etc/dovecot/sieve/${name}`);
    const newer = await Promise.all(
      names.map((name) => type("find", `${name}.svbin`, "-newer", `${name}.sieve`)),
    );
    return newer.map((path) => path.trim());
  }

  /** Every folder of every mailbox on the disk. */
  const onDisk = async (): Promise<string[]> =>
    (await type("find", "/var/lib/nethserver/vmail", "-type", "d", "-name", ".*")).split("\n").sort();

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary", "paul", "anna"]);
  });
  afterAll(() => container?.stop());

  test("C3 flagged mail is filed in Junk, which clients find by its use; other mail is not", async () => {
    expect(await compiled()).toEqual(
      ["spam-folder", "subaddress"].map((name) => `/etc/dovecot/sieve/${name}.svbin`),
    );
    expect(await junk("john")).toBe("Junk");
    await spam("john", "bargain");
    await deliver(container, { to: ["john@domain.org"], subject: "a letter" });
    await deliver(container, { to: ["john@domain.org"], subject: "not flagged", headers: ["X-Spam: No"] });
    expect(await placesOf(container, "john", "bargain")).toEqual(["Junk"]);
    expect(await placesOf(container, "john", "a letter")).toEqual(["INBOX"]);
    expect(await placesOf(container, "john", "not flagged")).toEqual(["INBOX"]);
  });

  test("C3 a user's own script cannot lose flagged mail, and acts on the rest", async () => {
    const answers = await session(container, "sieve", { user: "john", password }, [
      `PUTSCRIPT "own" ${literal('require ["fileinto"];\nif header :is "x-spam" "yes" { discard; }\nfileinto "Archive";\n')}`,
      'SETACTIVE "own"',
    ]);
    for (const answer of answers) expect(answer).toMatch(/^OK/m);
    await spam("john", "second bargain");
    await deliver(container, { to: ["john@domain.org"], subject: "second letter" });
    expect(await placesOf(container, "john", "second bargain")).toEqual(["Junk"]);
    expect(await placesOf(container, "john", "second letter")).toEqual(["Archive"]);
  });

  test("C3 flagged mail to user+tag@ is filed there too", async () => {
    await type("doveadm", "mailbox", "create", "-u", "mary", "lists");
    await spam("mary+lists", "tagged bargain");
    expect(await placesOf(container, "mary", "tagged bargain")).toEqual(["Junk"]);
    await deliver(container, { to: ["mary+lists@domain.org"], subject: "tagged letter" });
    expect(await placesOf(container, "mary", "tagged letter")).toEqual(["lists"]);
  });

  test("C3 flagged mail that is fetched is filed there too; in a public mailbox it stays where its readers see it", async () => {
    const fetched = "Subject: fetched bargain\nX-Spam: Yes\n\nx\n";
    await container.must(["/usr/lib/dovecot/dovecot-lda", "-d", "mary"], { input: fetched });
    expect(await placesOf(container, "mary", "fetched bargain")).toEqual(["Junk"]);
    await type("doveadm", "mailbox", "create", "-u", "vmail", "Special Offers");
    await type("db", "accounts", "set", "offers@", "pseudonym", "Account", "vmail+Special Offers");
    await apply(container);
    await spam("offers", "public bargain");
    expect(await placesOf(container, "vmail", "public bargain")).toEqual(["Special Offers"]);
  });

  test("C3 the folder may have any name: with blanks, quotes and other letters, and below another", async () => {
    for (const [subject, name] of Object.entries({
      quoted: 'My "Spam"  für alle',
      below: "Post's/Kram \\ Rest",
      japanese: "迷惑メール",
    })) {
      await dovecot("SpamFolder", name);
      await spam("mary", subject);
      expect(await placesOf(container, "mary", subject), name).toEqual([name]);
      expect(await junk("mary"), name).toBeDefined();
    }
    for (const name of ["INBOX", "Junk*", "a.b", "~john", "/Junk", "a//b"])
      expect(await container.run(["config", "setprop", "dovecot", "SpamFolder", name]), name).toMatchObject({
        exit: 3,
      });
  });

  test("C3 without a name there is no folder, and flagged mail is in the inbox", async () => {
    await dovecot("SpamFolder", "");
    await spam("paul", "to the inbox");
    expect(await placesOf(container, "paul", "to the inbox")).toEqual(["INBOX"]);
    expect(await junk("paul")).toBeUndefined();
    expect(await container.run(["test", "-e", job])).toMatchObject({ exit: 1 });
    expect((await onDisk()).filter((path) => path.includes("/paul/"))).toEqual([]);
    await dovecot("SpamFolder", "Junk");
  });

  test("C3 spam is kept for SpamRetentionTime since it was filed, or for the user's own time, or for ever", async () => {
    await dovecot("SpamRetentionTime", "2h");
    const own = (name: string, time: string) =>
      type(
        "db",
        "accounts",
        "setprop",
        `${name}@domain.org`,
        "MailSpamRetentionStatus",
        "enabled",
        "MailSpamRetentionTime",
        time,
      );
    await own("john", "1s");
    await own("mary", "infinite");
    await type("signal-event", "mailbox-save");
    for (const user of ["john", "mary", "paul"]) await spam(user, "kept or not");
    await deliver(container, { to: ["john+Archive@domain.org"], subject: "kept or not" });
    // Old, and filed just now.
    const [append] = await session(container, "imap", { user: "paul", password }, [
      `APPEND Junk "01-Jan-2001 00:00:00 +0000" ${literal("Subject: kept or not\n\nx\n")}`,
    ]);
    expect(append).toMatch(/^x OK/m);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const folders = await onDisk();
    const run = await container.run(["run-parts", "--regex", "^mailwright-", "/etc/cron.daily"]);
    expect(run).toMatchObject({ exit: 0, stdout: "", stderr: "" });
    expect(await placesOf(container, "john", "kept or not")).toEqual(["Archive"]);
    expect(await placesOf(container, "mary", "kept or not")).toEqual(["Junk"]);
    expect(await placesOf(container, "paul", "kept or not")).toEqual(["Junk", "Junk"]);
    expect(await onDisk()).toEqual(folders);
    expect(folders.join("\n")).not.toContain("/anna");
    await dovecot("SpamRetentionTime", "1s");
    await type("run-parts", "--regex", "^mailwright-", "/etc/cron.daily");
    expect(await placesOf(container, "paul", "kept or not")).toEqual([]);
    expect(await placesOf(container, "mary", "kept or not")).toEqual(["Junk"]);
  });

  test("C3 a mailbox that cannot be opened keeps the job from no other, and is told of", async () => {
    const time = ["MailSpamRetentionStatus", "enabled", "MailSpamRetentionTime", "1h"];
    await type("db", "accounts", "setprop", "anna@domain.org", ...time);
    await type("signal-event", "mailbox-save");
    const home = "/var/lib/nethserver/vmail/anna";
    await type("sh", "-c", `mkdir ${home} && touch ${home}/Maildir && chown -R vmail:vmail ${home}`);
    await spam("john", "not yet");
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const run = await container.run([job]);
    expect(run.exit).toBe(1);
    expect(run.stderr).toContain("doveadm(anna)");
    expect(await placesOf(container, "john", "not yet")).toEqual([]);
    await type("rm", "-r", home);
    await type("db", "accounts", "delprop", "anna@domain.org", "MailSpamRetentionStatus");
    await type("signal-event", "mailbox-save");
  });

  test("C3 a user who is deleted is in no job", async () => {
    await type("signal-event", "user-delete", "paul@domain.org");
    expect(await type("sh", "-c", "sort /etc/dovecot/spam-retention/*")).toBe("anna\njohn\nroot\n");
    const run = await container.run(["run-parts", "--regex", "^mailwright-", "/etc/cron.daily"]);
    expect(run).toMatchObject({ exit: 0, stdout: "", stderr: "" });
  });

  test("the events change nothing when they are signalled again", async () => {
    for (const event of ["nethserver-mail-server-save", "mailbox-save"]) await repeat(container, event);
  });

  test("the daemons have nothing to complain of", async () => {
    expect(await complaints(container)).toEqual([]);
  });
});
