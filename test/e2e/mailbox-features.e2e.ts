import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { bootMailServer, password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { repeat } from "./container/mail-server.ts";
import { deliver, placesOf } from "./container/mailboxes.ts";
import { literal, session } from "./container/sessions.ts";
import { sinkLog, startSink } from "./container/sink.ts";

const plugin = "/usr/lib/dovecot/modules/lib21_fts_xapian_plugin.so";

describe("what a mailbox can do", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const imap = (user: string, ...commands: string[]): Promise<string[]> =>
    session(container, "imap", { user, password }, commands);
  const dovecot = async (...props: string[]): Promise<void> => {
    await type("config", "setprop", "dovecot", ...props);
    await apply(container);
  };

  /** Puts messages into the inbox of john, after taking all others away. */
  async function inbox(...subjects: string[]): Promise<void> {
    await type("doveadm", "expunge", "-u", "john", "mailbox", "*", "all");
    for (const subject of subjects) await deliver(container, { to: ["john@domain.org"], subject });
  }

  /** Makes a script the active one of john's; the answers of the server. */
  const script = (text: string): Promise<string[]> =>
    session(container, "sieve", { user: "john", password }, [
      `PUTSCRIPT "own" ${literal(text)}`,
      'SETACTIVE "own"',
    ]);

  /** The subjects of what has arrived outside for an address. */
  async function outside(to: string): Promise<string[]> {
    await queueIsEmpty(container);
    const { stdout } = await container.run(["cat", sinkLog]);
    const messages = stdout
      .split("\n")
      .filter(Boolean)
      .map((row) => JSON.parse(row));
    return messages.filter((message) => message.to === to).map(({ subject }) => String(subject));
  }

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary"]);
    await startSink(container);
  });
  afterAll(() => container?.stop());

  test("C3 clients find the folders of a new mailbox by their use, subscribed", async () => {
    const [list = ""] = await imap("mary", 'LIST (SPECIAL-USE) "" * RETURN (SPECIAL-USE SUBSCRIBED)');
    for (const use of ["Drafts", "Sent", "Trash", "Archive", "Junk"])
      expect(list).toMatch(
        new RegExp(`^\\* LIST \\((?=.*\\\\Subscribed)(?=.*\\\\${use}).*\\) "/" ${use}$`, "m"),
      );
  });

  test("C6 without DeletedToTrash what is marked as deleted and expunged is gone", async () => {
    await inbox("gone");
    await imap("john", "SELECT INBOX", "STORE 1 +FLAGS (\\Deleted)", "EXPUNGE");
    expect(await placesOf(container, "john")).toEqual([]);
  });

  test("C6 with DeletedToTrash it is in the trash, once, also where it was marked twice", async () => {
    await dovecot("DeletedToTrash", "enabled");
    await inbox("marked", "marked twice", "kept");
    await imap(
      "john",
      "SELECT INBOX",
      "STORE 1 +FLAGS (\\Deleted)",
      "STORE 2 +FLAGS (\\Deleted)",
      "STORE 2 -FLAGS (\\Deleted)",
      "STORE 2 +FLAGS (\\Seen \\Deleted)",
      "EXPUNGE",
    );
    for (const subject of ["marked", "marked twice"])
      expect([...new Set(await placesOf(container, "john", subject))], subject).toEqual(["Trash"]);
    expect(await placesOf(container, "john")).toEqual(["INBOX", "Trash", "Trash"]);
    const [, flags = "", , , expunged = ""] = await imap(
      "john",
      "SELECT Trash",
      "FETCH 1:* FLAGS",
      "STORE 1:* +FLAGS (\\Deleted)",
      "EXPUNGE",
      "STATUS Trash (MESSAGES)",
    );
    expect(flags).not.toContain("\\Deleted");
    expect(expunged).toContain("MESSAGES 0");
  });

  test("C6 what a client copies before it marks the original was moved, and is not in the trash as well", async () => {
    await inbox("to the archive", "to the trash", "moved");
    await imap(
      "john",
      "SELECT INBOX",
      "COPY 1 Archive",
      "STORE 1 +FLAGS (\\Deleted)",
      "COPY 2 Trash",
      "STORE 2 +FLAGS (\\Deleted)",
      "MOVE 3 Sent",
      "EXPUNGE",
    );
    expect(await placesOf(container, "john", "archive")).toEqual(["Archive"]);
    expect(await placesOf(container, "john", "to the trash")).toEqual(["Trash"]);
    expect(await placesOf(container, "john", "moved")).toEqual(["Sent"]);
    await imap("john", "SELECT Sent", "STORE 1 +FLAGS (\\Deleted)", "EXPUNGE");
    expect(await placesOf(container, "john", "moved")).toEqual(["Trash"]);
    await dovecot("DeletedToTrash", "disabled");
  });

  test("C6 full-text search finds words and parts of them in bodies, by an index, and headers to the letter", async () => {
    await inbox();
    await deliver(container, { to: ["john@domain.org"], subject: "number 1", body: "A lighthouse at sea." });
    await deliver(container, { to: ["john@domain.org"], subject: "number 2", body: "A mill by the river." });
    const answers = await imap(
      "john",
      "SELECT INBOX",
      'SEARCH SUBJECT "number 2"',
      'SEARCH BODY "lighthouse"',
      'SEARCH BODY "thous"',
      'SEARCH BODY "by"',
      'SEARCH BODY "zz"',
    );
    const found = answers.slice(1).map((answer) => /^\* SEARCH *(.*)$/m.exec(answer)?.[1]);
    expect(found).toEqual(["2", "1", "1", "2", ""]);
    const lookup = ["doveadm", "fts", "lookup", "-u", "john", "mailbox", "INBOX", "body", "lighthouse"];
    expect(await type(...lookup)).toMatch(/^INBOX: \d+$/m);
    await deliver(container, { to: ["john@domain.org"], subject: "number 3", body: "Another lighthouse." });
    const [, later] = await imap("john", "SELECT INBOX", 'SEARCH BODY "lighthouse"');
    expect(later).toMatch(/^\* SEARCH 1 3$/m);
    const index = ["find", "/var/lib/nethserver/vmail/john/Maildir/xapian-indexes", "-type", "f"];
    expect(await type(...index)).not.toBe("");
  });

  test("C6 with FtsLuceneStatus disabled, or without the plugin, nothing is indexed and searching works", async () => {
    const index = "/var/lib/nethserver/vmail/mary/Maildir/xapian-indexes";
    const searches = async (body: string): Promise<void> => {
      await deliver(container, { to: ["mary@domain.org"], body: `A ${body} here.` });
      const [, found] = await imap("mary", "SELECT INBOX", `SEARCH BODY "${body}"`);
      expect(found).toMatch(/^\* SEARCH \d+$/m);
      expect(await container.run(["test", "-e", index])).toMatchObject({ exit: 1 });
    };
    await type("rm", "-rf", index);
    await dovecot("FtsLuceneStatus", "disabled");
    await searches("harbour");
    await type("config", "delprop", "dovecot", "FtsLuceneStatus");
    await type("mv", plugin, `${plugin}.away`);
    const said = await container.run(["mailwright", "apply"]);
    expect(said.exit).toBe(0);
    expect(`${said.stdout}${said.stderr}`).toContain(`there is no ${plugin}`);
    await searches("anchor");
    await type("mv", `${plugin}.away`, plugin);
    await type("signal-event", "nethserver-mail-server-save");
    await apply(container);
  });

  test("C6 a script put by ManageSieve acts on the next message; one that is wrong is refused", async () => {
    await inbox();
    const [wrong] = await script("this is no script");
    expect(wrong).toMatch(/^NO/m);
    const answers = await script(
      [
        'require ["fileinto", "imap4flags", "mailbox", "envelope", "subaddress"];',
        'if header :contains "subject" "invoice" { addflag "\\\\Flagged"; fileinto :create "Work/Invoices"; }',
      ].join("\n"),
    );
    for (const answer of answers) expect(answer).toMatch(/^OK/m);
    await deliver(container, { to: ["john@domain.org"], subject: "an invoice" });
    await deliver(container, { to: ["john@domain.org"], subject: "a letter" });
    expect(await placesOf(container, "john", "an invoice")).toEqual(["Work/Invoices"]);
    expect(await placesOf(container, "john", "a letter")).toEqual(["INBOX"]);
    const [, flags] = await imap("john", 'SELECT "Work/Invoices"', "FETCH 1 FLAGS");
    expect(flags).toContain("\\Flagged");
    const [subscribed] = await imap("john", 'LSUB "" "Work/*"');
    expect(subscribed).toContain("Work/Invoices");
  });

  test("B4 user+tag@ with a script of the user's own still goes to the folder of that name", async () => {
    await type("doveadm", "mailbox", "create", "-u", "john", "lists");
    await deliver(container, { to: ["john+lists@domain.org"], subject: "tagged" });
    expect(await placesOf(container, "john", "tagged")).toEqual(["lists"]);
    for (const tag of ["none", "a+b", "~x", "inbox", "x*", "a/b"]) {
      const subject = `to ${tag} without a folder`;
      await deliver(container, { to: [`john+${tag}@domain.org`], subject });
    }
    expect(await placesOf(container, "john", "without a folder")).toEqual(Array(6).fill("INBOX"));
  });

  test("C6 a script redirects, and vacation answers a sender once", async () => {
    const answers = await script(
      [
        'require ["vacation", "copy"];',
        'if header :is "subject" "pass on" { redirect :copy "friend@outside.example.net"; }',
        'vacation :days 7 :subject "I am away" "Back on Monday.";',
      ].join("\n"),
    );
    for (const answer of answers) expect(answer).toMatch(/^OK/m);
    await deliver(container, { to: ["john@domain.org"], subject: "pass on" });
    await deliver(container, { to: ["john@domain.org"], subject: "another" });
    expect(await placesOf(container, "john", "pass on")).toEqual(["INBOX"]);
    expect(await outside("friend@outside.example.net")).toEqual(["pass on"]);
    expect(await outside("someone@outside.example.net")).toEqual(["I am away"]);
  });

  test("the events change nothing when they are signalled again", async () => {
    for (const event of ["nethserver-mail-server-save", "mailbox-save"]) await repeat(container, event);
  });

  test("the daemons have nothing to complain of", async () => {
    expect(await complaints(container)).toEqual([]);
  });
});
