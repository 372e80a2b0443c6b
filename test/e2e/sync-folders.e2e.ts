import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints } from "./container/administrator.ts";
import { bootMailServer } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { waitFor } from "./container/mail.ts";
import {
  atRemote,
  localMail,
  putBelowInbox,
  remoteHost,
  remoteMail,
  remotePassword,
  startRemote,
} from "./container/remote-imap.ts";

const long = "x".repeat(200);

/** As the other server names them, whose separator is a point, and as they are here; each has so many messages. */
const folders: readonly (readonly [there: string, here: string, count: number])[] = [
  ["a/b", "a-b", 5],
  ["a_b", "a_b", 7],
  ["Caf&AOk-", "Caf\u00e9", 3],
  ["Cafe&AwE-", "Cafe\u0301", 4],
  ["R&AOk-.x/y", "Ré/x-y", 2],
  ["&ZeVnLIqe-", "日本語", 2],
  [long, long, 2],
  ["~tilde", "~tilde", 2],
  ["100%", "100%", 2],
  [" lead", " lead", 2],
  ["trail ", "trail ", 2],
  ["x&-y", "x&y", 1],
  ["a^b", "a^b", 1],
  ["*", "*", 1],
  ["(x|y)+", "(x|y)+", 2],
  ["[Gmail].All Mail", "[Gmail]/All Mail", 6],
  ["Sent Items", "Sent Items", 2],
  ["Old.2019", "Old/2019", 2],
  ["Old.2019.May", "Old/2019/May", 2],
  ["Older", "Older", 2],
];

describe("the folders of a mailbox on another server", () => {
  let container: Container;
  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const sync = (...words: string[]) => container.run(["mailwright", "sync", ...words]);

  async function addJob(user: string, ...options: string[]): Promise<void> {
    const account = ["--host", remoteHost, "--username", "ann", "--password-stdin"];
    await container.must(["mailwright", "sync", "add", user, ...account, ...options], {
      input: `${remotePassword}\n`,
    });
  }

  /** How many messages each folder of a user has that has any. */
  async function counts(user: string): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for (const line of await localMail(container, user)) {
      const folder = line.split("\t")[0] ?? "";
      found.set(folder, (found.get(folder) ?? 0) + 1);
    }
    return found;
  }

  const expected = (isLeft: (here: string) => boolean = () => false): Map<string, number> =>
    new Map(
      [["INBOX", 10] as const, ...folders.map(([, here, count]) => [here, count] as const)].filter(
        ([here, count]) => count > 0 && !isLeft(here),
      ),
    );

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary", "paul"]);
    await startRemote(container);
    const fills = folders
      .filter(([, , count]) => count > 0)
      .map(([there, , count]) => ["fill", there, count]);
    await atRemote(container, ["fill", "INBOX", 10], ...fills);
  });
  afterAll(() => container?.stop());

  test("a remote IMAP password with quotes is used as it is, to its last blank", async () => {
    await addJob("john");
    expect((await sync("john")).exit).toBe(0);
    const shorter = `${remotePassword.trimEnd()}\n`;
    await container.must(["mailwright", "sync", "modify", "john", "--password-stdin"], { input: shorter });
    expect((await sync("run", "john")).stderr).toMatch(/refuses the login or its password/);
    await container.must(["mailwright", "sync", "modify", "john", "--password-stdin"], {
      input: `${remotePassword}\n`,
    });
  });

  test("folder names with /, blanks, non-ASCII arrive, each as a folder of its own", async () => {
    expect(await counts("john")).toEqual(expected());
    expect((await sync("john")).stdout).toMatch(/^john: 0 copied/);
    expect((await type("doveadm", "mailbox", "list", "-u", "john")).toLowerCase()).not.toContain("imapsync");
  });

  test("F2 from a server of this kind, others' mailboxes do not come into those of this one", async () => {
    await atRemote(
      container,
      ["fill", "Public.Team", 2],
      ["fill", "Shared.mary.Old", 2],
      ["fill", "Publications", 1],
    );
    const { exit, stdout } = await sync("run", "john");
    expect(exit).toBe(0);
    expect(stdout).toMatch(
      /^john: 1 copied .*\njohn: not copied, as .* others' mailboxes: Public\/Team, Shared\/mary\/Old\n$/m,
    );
    expect(await counts("john")).toEqual(new Map([...expected(), ["Publications", 1]]));
    const mirror = await type("ls", "-A", "/var/lib/nethserver/vmail/john/imapsync/Maildir");
    expect(mirror).not.toMatch(/^\.(?:Public|Shared)\./m);
    await atRemote(
      container,
      ...["Public.Team", "Shared.mary.Old", "Publications"].map((name) => ["delete", name]),
    );
  });

  test("exclude list with regex characters means names; what is below goes along, what is like it does not", async () => {
    await addJob("paul", "--exclude", "(x|y)+, Old ,*,.*,[gmail],Caf.,trail,inbox,a_b");
    expect((await sync("run", "paul")).exit).toBe(0);
    const left = ["(x|y)+", "Old/2019", "Old/2019/May", "*", "INBOX", "a_b"];
    expect(await counts("paul")).toEqual(expected((here) => left.includes(here)));
    await type("mailwright", "sync", "delete", "paul", "--yes");
  });

  test("F2 a server that has all folders below INBOX: they stand beside it here, and one more later", async () => {
    await putBelowInbox(container);
    await addJob("mary", "--exclude", "Old", "--delete-destination");
    expect((await sync("run", "mary")).exit).toBe(0);
    const isOld = (here: string): boolean => here.startsWith("Old/");
    expect(await counts("mary")).toEqual(expected(isOld));
    await atRemote(container, ["fill", "INBOX.Sent", 3], ["delete", "INBOX.Older"]);
    expect((await sync("run", "mary")).stdout).toMatch(/^mary: 3 copied, 2 removed/m);
    const after = expected((here) => isOld(here) || here === "Older");
    expect(await counts("mary")).toEqual(new Map([...after, ["Sent", 3]]));
  });

  test("F2 a backup without the mirror is enough: nothing comes twice, and nothing that was deleted", async () => {
    await type("doveadm", "expunge", "-u", "mary", "mailbox", "INBOX", "subject", "INBOX 7");
    const before = await localMail(container, "mary");
    await type("signal-event", "pre-backup-config");
    const folder = "/var/lib/mailwright/backup";
    const lists = ["--exclude-from", `${folder}/excludes`, "--files-from", `${folder}/paths`];
    await type("tar", "-cPf", "/tmp/backup.tar", ...lists);
    const held = await type("tar", "-tPf", "/tmp/backup.tar");
    expect(held).toContain("/vmail/mary/Maildir/");
    expect(held).toContain("/mailwright/imapsync/mary.known.json");
    expect(held).not.toContain("vmail/mary/imapsync");
    await type("systemctl", "stop", "dovecot");
    await type("rm", "-rf", "/var/lib/nethserver/vmail", "/var/lib/mailwright/imapsync");
    await type("tar", "-xPf", "/tmp/backup.tar");
    await type("systemctl", "start", "dovecot");
    await type("signal-event", "post-restore-data");
    expect((await sync("run", "mary")).stdout).toMatch(/^mary: 0 copied in/m);
    expect(await localMail(container, "mary")).toEqual(before);
  });

  test("F2 a job that goes takes its mirror along; a new one brings back nothing that was deleted", async () => {
    const home = "/var/lib/nethserver/vmail/mary";
    const before = await localMail(container, "mary");
    expect((await container.run(["test", "-d", `${home}/imapsync/Maildir`])).exit).toBe(0);
    await type("mailwright", "sync", "delete", "mary", "--yes");
    expect((await container.run(["test", "-e", `${home}/imapsync`])).exit).toBe(1);
    expect(await localMail(container, "mary")).toEqual(before);
    await addJob("mary");
    expect(await type("mailwright", "sync", "status", "mary")).toMatch(/has not run/);
    expect((await sync("run", "mary")).stdout).toMatch(/^mary: 4 copied/m);
    expect((await localMail(container, "mary")).some((line) => line.includes("\tINBOX 7\t"))).toBe(false);
  });

  test("F2 a user who is made anew gets all, and nothing of whom the name was before", async () => {
    await container.must(["doveadm", "save", "-u", "mary", "-m", "INBOX"], {
      input: "Subject: private\r\n\r\nText\r\n",
    });
    const hash = (await type("db", "accounts", "getprop", "mary@domain.org", "PasswordHash")).trim();
    await type("signal-event", "user-delete", "mary@domain.org");
    await type("signal-event", "user-cleanup", "mary");
    expect((await container.run(["test", "-e", "/var/lib/nethserver/vmail/mary"])).exit).toBe(1);
    expect((await sync("run", "mary")).stderr).toMatch(/there is no user mary here any more/);
    await type("db", "accounts", "set", "mary@domain.org", "user", "PasswordHash", hash);
    await type("signal-event", "user-create", "mary@domain.org");
    // Dovecot looks at its file of users once a second.
    await waitFor(async () => (await container.run(["doveadm", "user", "mary"])).exit === 0);
    const { exit } = await sync("run", "mary");
    expect(exit).toBe(0);
    const mail = await localMail(container, "mary");
    expect(mail.some((line) => line.includes("\tINBOX 7\t"))).toBe(true);
    expect(mail.some((line) => line.includes("private"))).toBe(false);
    expect(mail.length).toBe((await remoteMail(container)).length);
  });

  test("F2 a new folder by which a / within a name needs another sign: nothing comes twice, or that was deleted", async () => {
    await type("doveadm", "expunge", "-u", "mary", "mailbox", "a-b", "subject", "a/b 2");
    await atRemote(container, ["fill", "INBOX.a-b", 3]);
    expect((await sync("run", "mary")).stdout).toMatch(/^mary: 3 copied in/m);
    const found = await counts("mary");
    expect([found.get("a+b"), found.get("a-b"), found.get("a_b")]).toEqual([4, 3, 7]);
    expect((await sync("run", "mary")).stdout).toMatch(/^mary: 0 copied in/m);
  });

  test("the daemons have nothing to complain of", async () => {
    await apply(container);
    // Dovecot was stopped for a restore.
    expect(await complaints(container, /anvil-auth-penalty/)).toEqual([]);
    expect((await type("postqueue", "-j")).trim()).toBe("");
  });
});
