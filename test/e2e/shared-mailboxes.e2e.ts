import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints } from "./container/administrator.ts";
import { password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { imapSession } from "./container/imap-session.ts";
import { waitFor } from "./container/mail.ts";
import { answer, session, startMailboxServer } from "./container/mailbox-server.ts";
import { deliver } from "./container/mailboxes.ts";

const message = "Subject: from a client\n\nA message.\n";
const store = (flag: string): string[] => ["store", "1", "+FLAGS", flag];
const home = "/var/lib/nethserver/vmail";
const note = `${home}/shared-mailboxes.db`;

describe("mailboxes that users share", () => {
  let container: Container;
  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const statuses = async (user: string, ...commands: string[][]): Promise<string[]> =>
    (await session(container, user, ...commands)).map(([status]) => status);
  const shared = async (user: string): Promise<string[]> =>
    (await answer(container, user, "list")).filter((name) => name.startsWith("Shared/"));
  const flags = (user: string, folder: string): Promise<string[]> => answer(container, user, "flags", folder);
  const set = async (...pairs: string[]): Promise<void> => {
    await type("config", "setprop", "dovecot", ...pairs);
    await type("signal-event", "nethserver-mail-server-save");
  };

  beforeAll(async () => {
    container = await startMailboxServer();
  });
  afterAll(() => container?.stop());

  test("C4 a user gives a folder to another one and to a group, who see it with these rights; others see nothing", async () => {
    const given = [
      ["create", "Work & Öl"],
      ["append", "Work & Öl", message],
      ["setacl", "Work & Öl", "mary", "lr"],
      ["create", "Open"],
      ["append", "Open", message],
      ["setacl", "Open", "$Domain Users", "lrswi"],
    ];
    expect(await statuses("john", ...given)).toEqual(given.map(() => "OK"));
    expect(await shared("mary")).toEqual(["Shared/john/Open", "Shared/john/Work & Öl"]);
    expect(await answer(container, "mary", "subjects", "Shared/john/Work & Öl")).toEqual(["from a client"]);
    expect(await statuses("mary", ["append", "Shared/john/Work & Öl", message])).toEqual(["NO"]);
    expect(await statuses("mary", ["append", "Shared/john/Open", message])).toEqual(["OK"]);
    expect(await shared("paul")).toEqual([]);
    const tries = [
      ["select", "Shared/john/Open"],
      ["select", "Shared/john/INBOX"],
      ["append", "Shared/john/Open", message],
      ["setacl", "Shared/john/Open", "paul", "lr"],
    ];
    expect(await statuses("paul", ...tries)).toEqual(["NO", "NO", "NO", "NO"]);
    expect(await type("stat", "-c", "%U:%G", note)).toBe("vmail:vmail\n");
  });

  test("C4 SharedSeen=enabled: one \\Seen flag for all who share a folder", async () => {
    expect(await statuses("mary", ["select", "Shared/john/Open"], store("\\Seen"))).toEqual(["OK", "OK"]);
    expect(await flags("john", "Open")).toEqual(["\\Seen", ""]);
  });

  test("C4 SharedSeen=disabled: each has his own, and all other flags in common", async () => {
    await set("SharedSeen", "disabled");
    await apply(container);
    const changes = [
      ["select", "Shared/john/Open"],
      ["store", "2", "+FLAGS", "\\Seen"],
      ["store", "2", "+FLAGS", "\\Flagged"],
    ];
    expect(await statuses("mary", ...changes)).toEqual(["OK", "OK", "OK"]);
    expect((await flags("mary", "Shared/john/Open"))[1]).toBe("\\Flagged \\Seen");
    expect((await flags("john", "Open"))[1]).toBe("\\Flagged");
    await type("config", "delprop", "dovecot", "SharedSeen");
    await type("signal-event", "nethserver-mail-server-save");
    expect((await flags("mary", "Shared/john/Open"))[1]).toBe("\\Flagged");
  });

  test("C4 SharedMailboxesStatus=disabled: nobody sees another's folders, and enabling brings them back", async () => {
    await set("SharedMailboxesStatus", "disabled");
    expect(await shared("mary")).toEqual([]);
    expect(await statuses("mary", ["select", "Shared/john/Open"])).toEqual(["NO"]);
    await apply(container);
    await set("SharedMailboxesStatus", "enabled");
    expect(await shared("mary")).toEqual(["Shared/john/Open", "Shared/john/Work & Öl"]);
  });

  test("a folder that is no longer shared is no longer listed", async () => {
    expect(await statuses("john", ["deleteacl", "Work & Öl", "mary"])).toEqual(["OK"]);
    expect(await shared("mary")).toEqual(["Shared/john/Open"]);
    expect(await statuses("john", ["setacl", "Work & Öl", "mary", "lrs"])).toEqual(["OK"]);
  });

  test("C4 a right that is given later counts in the next session", async () => {
    expect(await statuses("john", ["setacl", "Open", "paul", "lrip"])).toEqual(["OK"]);
    expect(await statuses("paul", ["append", "Shared/john/Open", message])).toEqual(["OK"]);
  });

  test("C5 a master user may do in a mailbox what its user may, and no more", async () => {
    const secret = (await type("cat", "/var/lib/nethserver/secrets/vmail")).trim();
    const own = [
      ["create", "By vmail"],
      ["append", "Open", message],
      ["getacl", "Open"],
    ];
    const john = await imapSession(container, "john*vmail", secret, ...own);
    expect(john.map(([status]) => status)).toEqual(["OK", "OK", "OK"]);
    const others = [["append", "Shared/john/Open", message], ["getacl", "Shared/john/Open"], ["list"]];
    const mary = await imapSession(container, "mary*vmail", secret, ...others);
    expect(mary.map(([status]) => status)).toEqual(["OK", "NO", "OK"]);
    expect(mary[2]?.[1]).toEqual(expect.arrayContaining(["Shared/john/Open", "Shared/john/Work & Öl"]));
  });

  test("A10 user-cleanup is refused while there is the user, and for what is no user's mailbox", async () => {
    const refused = async (name: string): Promise<string> => {
      const { exit, stderr } = await container.run(["signal-event", "user-cleanup", name]);
      expect({ name, exit }).toEqual({ name, exit: 1 });
      return stderr;
    };
    expect(await refused("mary@domain.org")).toContain("the user mary is still there: the mailbox stays");
    for (const name of ["..", "../../etc", "vmail", "root", "", "*"])
      expect(await refused(name)).toContain("is no user whose mailbox could be removed");
    await type("test", "-d", `${home}/mary/Maildir`);
    await type("test", "-d", `${home}/vmail`);
  });

  test("A10 user-delete keeps the mailbox, user-cleanup removes it, and every right of the user with it", async () => {
    await type("signal-event", "sharedmailbox-create", "Team", "user=mary", "full", "user=john", "read");
    await deliver(container, { to: ["mary@domain.org"], subject: "kept" });
    const given = [
      ["create", "Hers"],
      ["setacl", "Hers", "john", "lrs"],
    ];
    expect(await statuses("mary", ...given)).toEqual(["OK", "OK"]);
    expect(await statuses("john", ["subscribe", "Shared/mary/Hers"])).toEqual(["OK"]);
    await type("signal-event", "user-delete", "mary@domain.org");
    await type("test", "-d", `${home}/mary/Maildir`);
    await type("signal-event", "user-cleanup", "mary@domain.org");
    // Dovecot looks at its file of users once a second; the mailbox would be made anew by a login of that second.
    expect((await session(container, "mary", ["list"]))[0]?.[0]).toBe("NO");
    expect((await container.run(["test", "-e", `${home}/mary`])).exit).toBe(1);
    const acl = await container.run([
      "grep",
      "-rE",
      "user=mary|/mary$|user/mary/",
      note,
      home,
      "--include=dovecot-acl",
    ]);
    expect(acl.stdout).toBe("");
    expect(await answer(container, "john", "getacl", "Open")).toEqual([expect.stringContaining("paul")]);
    expect(await type("doveadm", "-f", "tab", "acl", "get", "-u", "vmail", "Team")).toContain("user=john");
    expect(await type("stat", "-c", "%U:%G", note)).toBe("vmail:vmail\n");
    expect(await shared("john")).toEqual([]);
    expect((await answer(container, "john", "lsub")).filter((name) => name.startsWith("Shared/"))).toEqual(
      [],
    );
    // Who gets the name later gets none of it.
    await type("signal-event", "user-cleanup", "mary@domain.org");
    await apply(container);
  });

  test("A4 the password of a user whose mail is disabled is forgotten, and taken again when it is enabled", async () => {
    const tries = async (): Promise<boolean> =>
      (await container.run(["doveadm", "auth", "test", "paul", password])).exit === 0;
    expect(await tries()).toBe(true);
    await type("db", "accounts", "setprop", "paul@domain.org", "MailStatus", "disabled");
    await type("signal-event", "user-modify", "paul@domain.org");
    await waitFor(async () => !(await tries()), 3);
    await type("db", "accounts", "delprop", "paul@domain.org", "MailStatus");
    await type("signal-event", "profile-modify", "paul@domain.org");
    await type("mailwright", "apply");
    await waitFor(tries, 3);
  });

  test("the daemons have nothing to complain of", async () => {
    await apply(container);
    expect((await type("postqueue", "-j")).trim()).toBe("");
    expect(await complaints(container, /auth failed|no auth attempts/)).toEqual([]);
  });
});
