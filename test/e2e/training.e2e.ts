import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty, setDovecot } from "./container/administrator.ts";
import { bootMailServer, password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { imapMessages, journal, mainPid, waitFor } from "./container/mail.ts";
import { deliver, placesOf } from "./container/mailboxes.ts";
import { literal, session } from "./container/sessions.ts";
import { type Learned, learned, letter, settled, startFilter, verdicts } from "./container/training.ts";

describe("training of the filter", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const imap = (user: string, ...commands: string[]): Promise<string[]> =>
    session(container, "imap", { user, password }, commands);

  /** Puts messages of these numbers into a folder, which has no others then. */
  async function put(user: string, folder: string, ...numbers: number[]): Promise<void> {
    await container.run(["doveadm", "mailbox", "create", "-u", user, folder]);
    await type("doveadm", "expunge", "-u", user, "mailbox", folder, "all");
    await imap(user, ...numbers.map((number) => `APPEND ${quoted(folder)} ${literal(letter(number))}`));
  }

  /** What is learned more after clients did something, once nothing waits. */
  async function gained(does: () => Promise<unknown>): Promise<Learned> {
    const before = await learned(container);
    await does();
    const after = await settled(container);
    return { spam: after.spam - before.spam, ham: after.ham - before.ham };
  }

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary", "paul"]);
    await startFilter(container);
  });
  afterAll(() => container?.stop());

  test("D6 moving into Junk learns spam, out of it ham, as clients do it: by MOVE, and by COPY, mark and expunge", async () => {
    await put("john", "INBOX", 1, 2, 3);
    expect(await gained(() => imap("john", "SELECT INBOX", "MOVE 1:2 Junk"))).toEqual({ spam: 2, ham: 0 });
    const copied = ["SELECT INBOX", "COPY 1 Junk", "STORE 1 +FLAGS (\\Deleted)", "EXPUNGE"];
    expect(await gained(() => imap("john", ...copied))).toEqual({ spam: 1, ham: 0 });
    // One that was spam and is ham now is taken back there.
    expect(await gained(() => imap("john", "SELECT Junk", "MOVE 1 INBOX"))).toEqual({ spam: -1, ham: 1 });
    const out = ["SELECT Junk", "COPY 1 Archive", "STORE 1 +FLAGS (\\Deleted)", "EXPUNGE"];
    expect(await gained(() => imap("john", ...out))).toEqual({ spam: -1, ham: 1 });
  });

  test("D6 Junk to Trash, within Junk, APPEND and flags learn nothing, nor do moves between other folders", async () => {
    await put("john", "Junk", 11, 12, 13);
    await put("john", "INBOX", 14, 15);
    await type("doveadm", "mailbox", "create", "-u", "john", "Junk/old");
    const nothing = [
      ["SELECT Junk", "MOVE 1 Trash"],
      ["SELECT Junk", "COPY 1 Junk"],
      ["SELECT Junk", "MOVE 1 Junk/old"],
      ["SELECT Junk/old", "MOVE 1 Junk"],
      ["SELECT Junk", "STORE 1 +FLAGS (\\Seen \\Flagged $Junk)", "STORE 1 +FLAGS (\\Deleted)", "EXPUNGE"],
      ["SELECT INBOX", "MOVE 1 Archive", "MOVE 1 Trash"],
    ];
    for (const commands of nothing)
      expect(await gained(() => imap("john", ...commands)), commands.join()).toEqual({ spam: 0, ham: 0 });
    expect(await placesOf(container, "john", "number 14 ")).toEqual(["Archive"]);
  });

  test("D6 one message counts once, whoever moves it; the headers of the filter's own make it no other", async () => {
    await put("john", "INBOX", 21);
    await put("mary", "INBOX", 21);
    expect(await gained(() => imap("john", "SELECT INBOX", "MOVE 1 Junk"))).toEqual({ spam: 1, ham: 0 });
    expect(await gained(() => imap("mary", "SELECT INBOX", "MOVE 1 Junk"))).toEqual({ spam: 0, ham: 0 });
    const judged = `X-Spam: Yes\nX-Spamd-Bar: +++++++\nX-Spam-Level: *******\nX-Spam-Status: Yes, score=7.1\n${letter(21)}`;
    const again = await container.must(["mailwright", "bayes", "learn", "--spam"], { input: judged });
    expect(again).toBe("0 learned as spam, 1 known already\n");
  });

  test("D6 the folder may have any name, and DeletedToTrash may be enabled", async () => {
    await setDovecot(container, "SpamFolder", 'My "Spam"  für alle', "DeletedToTrash", "enabled");
    const name = quoted('My "Spam"  f&APw-r alle');
    await put("paul", "INBOX", 31, 32);
    await imap("paul", `CREATE ${name}`);
    const into = ["SELECT INBOX", `COPY 1 ${name}`, "STORE 1 +FLAGS (\\Deleted)", `MOVE 2 ${name}`];
    expect(await gained(() => imap("paul", ...into))).toEqual({ spam: 2, ham: 0 });
    expect(await gained(() => imap("paul", `SELECT ${name}`, "MOVE 1 INBOX"))).toEqual({ spam: -1, ham: 1 });
    const thrown = [`SELECT ${name}`, "STORE 1 +FLAGS (\\Deleted)", "EXPUNGE"];
    expect(await gained(() => imap("paul", ...thrown))).toEqual({ spam: 0, ham: 0 });
    expect(await placesOf(container, "paul", "number 32 ")).toEqual(["Trash"]);
  });

  test("D6 without a SpamFolder the rules are off", async () => {
    await setDovecot(container, "SpamFolder", "", "DeletedToTrash", "disabled");
    await put("paul", "INBOX", 41);
    expect(await type("doveconf", "-n")).not.toContain("imapsieve");
    expect(await container.run(["test", "-e", "/etc/dovecot/spam-trainers"])).toMatchObject({ exit: 1 });
    const moved = ["CREATE Junk", "SELECT INBOX", "MOVE 1 Junk"];
    expect(await gained(() => imap("paul", ...moved))).toEqual({ spam: 0, ham: 0 });
    await setDovecot(container, "SpamFolder", "Junk");
  });

  test("D6 where there is a group spamtrainers its members alone train, and no daemon is reloaded for it", async () => {
    const pid = await mainPid(container, "dovecot");
    const workers = (await journal(container, "dovecot")).match(/SIGHUP/g)?.length ?? 0;
    const move = async (user: string, number: number): Promise<Learned> => {
      await put(user, "INBOX", number);
      return gained(() => imap(user, "SELECT INBOX", "MOVE 1 Junk"));
    };
    await type("mailwright", "group", "add", "SpamTrainers", "--members", "john");
    expect(await move("john", 51)).toEqual({ spam: 1, ham: 0 });
    expect(await move("mary", 52)).toEqual({ spam: 0, ham: 0 });
    await type("mailwright", "group", "modify", "spamtrainers", "--add-member", "mary");
    expect(await move("mary", 53)).toEqual({ spam: 1, ham: 0 });
    expect(await move("paul", 54)).toEqual({ spam: 0, ham: 0 });
    await type("mailwright", "group", "delete", "spamtrainers", "--yes");
    expect(await move("paul", 55)).toEqual({ spam: 1, ham: 0 });
    expect(await mainPid(container, "dovecot")).toBe(pid);
    expect((await journal(container, "dovecot")).match(/SIGHUP/g)?.length ?? 0).toBe(workers);
  });

  test("D6 while Rspamd is stopped moves succeed, the log tells what waits, and it is learned by itself later", async () => {
    await put("john", "INBOX", 61, 62);
    const before = await learned(container);
    await type("systemctl", "stop", "rspamd");
    const started = Date.now();
    await imap("john", "SELECT INBOX", "MOVE 1:2 Junk");
    expect(Date.now() - started).toBeLessThan(5000);
    expect(await placesOf(container, "john", "number 61 ")).toEqual(["Junk"]);
    const told = await waitFor(async () =>
      (await journal(container, "mailwright-training.service")).match(/.*messages wait/)?.at(0),
    );
    expect(told).toContain("Rspamd does not answer: 2 messages wait");
    const status = await container.run(["mailwright", "bayes", "status"]);
    expect(status).toMatchObject({ exit: 1 });
    expect(status.stdout).toContain("2 that users moved wait to be learned.");
    expect(status.stderr).toContain("Rspamd does not answer: nothing is learned now");
    await type("systemctl", "start", "rspamd");
    const after = await settled(container, 60);
    expect(after.spam - before.spam).toBe(2);
  });

  test("D6 moving 300 at once keeps a client waiting for seconds only, and all are learned", async () => {
    await put("mary", "Archive", ...Array.from({ length: 300 }, (_, index) => 1000 + index));
    const started = Date.now();
    await imap("mary", "SELECT Archive", "MOVE 1:* Junk");
    expect(Date.now() - started).toBeLessThan(20_000);
    expect((await learned(container)).spam).toBeGreaterThan(0);
    await waitFor(async () => (await settled(container)).spam >= 300, 60);
  });

  test("D6 mailwright bayes forgets, learns an mbox and a Maildir, and tells how far it is", async () => {
    expect(await container.run(["mailwright", "bayes", "forget", "--all"])).toMatchObject({ exit: 3 });
    await type("mailwright", "bayes", "forget", "--all", "--yes");
    expect(await settled(container)).toMatchObject({ spam: 0, ham: 0 });
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    const mbox = numbers.map((number) => `From x Mon Jan  1 00:00:00 2024\n${letter(number, "spam")}\n`);
    await container.write("/tmp/spam.mbox", mbox.join(""));
    expect(await type("mailwright", "bayes", "learn", "--spam", "/tmp/spam.mbox")).toBe(
      "200 learned as spam, 0 known already\n",
    );
    expect(await type("mailwright", "bayes", "status")).toMatch(
      /not yet judged.*\nspam +200 of 200\nham +0 of 200\n$/,
    );
    await put("paul", "Archive", ...numbers.map((number) => 5000 + number));
    const folder = "/var/lib/nethserver/vmail/paul/Maildir/.Archive";
    expect(await type("mailwright", "bayes", "learn", "--ham", folder)).toBe(
      "200 learned as ham, 0 known already\n",
    );
    expect(await type("mailwright", "bayes", "status")).toMatch(
      /^Mail is judged by what the filter has learned\.\n/,
    );
    expect(JSON.parse(await type("mailwright", "--json", "bayes", "status"))).toEqual({
      ...{
        active: true,
        waiting: 0,
        spam: { learned: 200, needed: 200 },
        ham: { learned: 200, needed: 200 },
      },
    });
  });

  test("D6 then new mail that is like it is judged by it", async () => {
    expect(await verdicts(container, letter(9001, "spam"))).toContain("BAYES_SPAM");
    expect(await verdicts(container, letter(9002, "ham"))).toContain("BAYES_HAM");
    await put("paul", "INBOX");
    await deliver(container, { to: ["paul@domain.org"], data: letter(9003, "ham") });
    expect((await imapMessages(container, "paul", password)).join()).toMatch(
      /^X-Spamd-Result: (?:.|\n)*BAYES_HAM/m,
    );
  });

  test("D6 with SpamCheckStatus disabled learning goes on", async () => {
    await type("config", "setprop", "rspamd", "SpamCheckStatus", "disabled");
    await apply(container);
    await put("john", "INBOX", 71);
    expect(await gained(() => imap("john", "SELECT INBOX", "MOVE 1 Junk"))).toEqual({ spam: 1, ham: 0 });
    await type("config", "delprop", "rspamd", "SpamCheckStatus");
    await apply(container);
  });

  test("D6 what cannot be learned is told, and a wrong command line is refused", async () => {
    const run = (...argv: string[]) =>
      container.run(["mailwright", "bayes", ...argv], { input: "Subject: x\n\nhi\n" });
    const few = await run("learn", "--ham");
    expect(few.stdout).toBe("0 learned as ham, 0 known already\n");
    expect(few.stderr).toContain("is not learned: too few words");
    expect(await run("learn", "/tmp/spam.mbox")).toMatchObject({ exit: 3 });
    expect(await run("learn", "--ham", "/nowhere")).toMatchObject({ exit: 3 });
  });

  test("at the end no daemon has complained, nothing waits and all is as the settings say", async () => {
    await queueIsEmpty(container);
    expect(await complaints(container, noFilter)).toEqual([]);
    expect((await type("find", "/var/spool/mailwright-training", "-type", "f")).trim()).toBe("");
    await apply(container);
  });
});

/** What Postfix says while Rspamd starts. */
const noFilter = /connect to Milter service \S+ Connection refused/;

/** As IMAP has it (RFC 9051, quoted). */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
