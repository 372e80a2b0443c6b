import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints } from "./container/administrator.ts";
import type { Container } from "./container/container.ts";
import { waitFor } from "./container/mail.ts";
import { answer, session, startMailboxServer } from "./container/mailbox-server.ts";
import { deliver } from "./container/mailboxes.ts";

const home = "/var/lib/nethserver/vmail";

describe("events of mailboxes that fail, are cut off, or meet what is left of users", () => {
  let container: Container;
  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const signal = (...argv: string[]): Promise<string> => type("signal-event", ...argv);
  const folders = async (): Promise<string[]> =>
    (await type("doveadm", "mailbox", "list", "-u", "vmail")).trim().split("\n").sort();
  const fails = async (...argv: string[]): Promise<string> => {
    const { exit, stderr } = await container.run(["signal-event", ...argv]);
    expect({ argv, failed: exit !== 0 }).toEqual({ argv, failed: true });
    return stderr;
  };
  const account = (key: string): Promise<string> => type("db", "accounts", "getprop", key, "Account");
  const acl = (name: string): Promise<string> =>
    type("doveadm", "-f", "tab", "acl", "get", "-u", "vmail", name);
  /** While `work` runs a script of the site fails in the event. */
  const failing = async (event: string, script: string, work: () => Promise<void>): Promise<void> => {
    const path = `/etc/mailwright/events/${event}/${script}`;
    await container.write(path, "#!/bin/sh\nexit 9\n", 0o755);
    await work();
    await type("rm", path);
  };

  beforeAll(async () => {
    container = await startMailboxServer();
    await signal("sharedmailbox-create", "Old", "user=john", "read", "user=paul", "read");
    await deliver(container, { to: ["old@domain.org"], subject: "kept" });
    for (const user of ["john", "paul"])
      expect((await session(container, user, ["subscribe", "Public/Old"]))[0]?.[0]).toBe("OK");
  });
  afterAll(() => container?.stop());

  test("a script that fails before the commit leaves folder, mail and address: nothing was touched", async () => {
    for (const [event, ...args] of [
      ["sharedmailbox-delete", "Old"],
      ["sharedmailbox-modify", "Old", "New"],
    ] as const)
      await failing(event, "S04-zz-fails", async () => {
        expect(await fails(event, ...args)).toContain("Nothing was touched.");
      });
    expect(await folders()).toEqual(["INBOX", "Old"]);
    expect(await account("old@")).toBe("vmail+Old\n");
    expect(await answer(container, "john", "subjects", "Public/Old")).toEqual(["kept"]);
  });

  test("what cannot go back at a deadline is refused with --confirm", async () => {
    for (const argv of [
      ["sharedmailbox-delete", "Old"],
      ["sharedmailbox-modify", "Old", "New"],
      ["user-cleanup", "mary"],
    ])
      expect(await fails("--confirm", "10m", ...argv)).toContain("Nothing was touched.");
    expect(await folders()).toEqual(["INBOX", "Old"]);
  });

  test("a renaming whose last script fails keeps its addresses, and the same event ends it", async () => {
    await failing("sharedmailbox-modify", "S95-fails", async () => {
      await fails("sharedmailbox-modify", "Old", "New", "user=john", "full");
    });
    expect(await folders()).toEqual(["INBOX", "New"]);
    expect(await account("old@")).toBe("vmail+New\n");
    await signal("sharedmailbox-modify", "Old", "New", "user=john", "full", "user=paul", "read");
    expect(await acl("New")).toMatch(/user=john\t\tadmin .*\nuser=paul\t\tlookup read write-seen\n$/);
    await deliver(container, { to: ["old@domain.org"], subject: "to the new name" });
    expect(await answer(container, "john", "subjects", "Public/New")).toEqual(["kept", "to the new name"]);
    await apply(container);
  });

  test("one whose making was cut off before its rights is made by the same event; one in use is refused", async () => {
    await type("doveadm", "mailbox", "create", "-u", "vmail", "Half");
    await type("doveadm", "acl", "set", "-u", "vmail", "Half", "user=john", "lookup", "read", "write-seen");
    await signal("sharedmailbox-create", "Half", "user=john", "read", "user=mary", "full");
    expect(await account("half@")).toBe("vmail+Half\n");
    expect(await acl("Half")).toContain("user=mary\t\tadmin");
    // A folder of it has its rights when it is made.
    await type("doveadm", "mailbox", "create", "-u", "vmail", "Half/Sub");
    await signal("sharedmailbox-create", "Half/Sub", "user=john", "full");
    expect(await acl("Half/Sub")).toMatch(/^ID.*\nuser=john\t\tadmin [^\n]*\n$/);
    expect(await fails("sharedmailbox-create", "Half", "user=john", "read")).toContain("already");
    expect(await acl("Half")).toContain("user=mary\t\tadmin");
  });

  test("the confirmation that is not given takes the address of a new one back", async () => {
    await signal("--confirm", "10m", "sharedmailbox-create", "Tried");
    await type("mailwright", "confirm", "--restore");
    expect((await container.run(["db", "accounts", "get", "tried@"])).exit).toBe(1);
    await apply(container);
  });

  test("the mailbox that is left of a user hinders neither renaming nor removing, nor user-cleanup of another", async () => {
    const given = [
      ["create", "Hers"],
      ["setacl", "Hers", "paul", "lr"],
      ["setacl", "Hers", "john", "lr"],
    ];
    for (const [status] of await session(container, "mary", ...given)) expect(status).toBe("OK");
    const taken = [
      ["create", "His"],
      ["setacl", "His", "mary", "lr"],
      ["setacl", "His", "john", "lr"],
    ];
    for (const [status] of await session(container, "paul", ...taken, ["subscribe", "Shared/mary/Hers"]))
      expect(status).toBe("OK");
    for (const user of ["paul", "mary"]) await signal("user-delete", `${user}@domain.org`);
    await waitFor(async () => (await session(container, "paul", ["list"]))[0]?.[0] === "NO");
    await waitFor(async () => (await container.run(["doveadm", "user", "--", "paul"])).exit === 67);
    const address = "vmail+New@domain.org";
    await type("config", "setprop", "root", "EmailAddress", address);
    await type("config", "setprop", "postfix", "AlwaysBccStatus", "enabled", "AlwaysBccAddress", address);
    await type("mailwright", "apply");
    await signal("sharedmailbox-modify", "New", "Newer");
    expect(await type("postconf", "-h", "always_bcc")).toBe("vmail+Newer@domain.org\n");
    expect(await type("config", "getprop", "root", "EmailAddress")).toBe("vmail+Newer@domain.org\n");
    expect(await answer(container, "john", "lsub")).toContain("Public/Newer");
    await signal("user-cleanup", "mary@domain.org");
    const paul = `${home}/paul/Maildir`;
    expect(await type("cat", `${paul}/.His/dovecot-acl`)).toBe("user=john lr\n");
    expect(await type("cat", `${paul}/subscriptions`)).not.toContain("Shared/");
    expect(await type("stat", "-c", "%U:%G", `${paul}/.His/dovecot-acl`, `${paul}/subscriptions`)).toBe(
      "vmail:vmail\nvmail:vmail\n",
    );
    await failing("sharedmailbox-delete", "S95-fails", async () => {
      await fails("sharedmailbox-delete", "Newer");
    });
    await signal("sharedmailbox-delete", "Newer");
    expect(await fails("sharedmailbox-delete", "Newer")).toContain('there is no public mailbox "Newer"');
    expect(await type("postconf", "-h", "always_bcc")).toBe("\n");
    expect((await container.run(["config", "getprop", "root", "EmailAddress"])).stdout.trim()).toBe("");
    await apply(container);
    expect(await folders()).toEqual(["Half", "Half/Sub", "INBOX", "Tried"]);
  });

  test("the mailbox of a live user of the system stays, and so where nobody can say whether there is one", async () => {
    await type("config", "setprop", "sssd", "Provider", "system");
    await type("useradd", "--no-create-home", "anna");
    for (const user of ["anna", "gone"])
      await type("install", "-d", "-o", "vmail", "-g", "vmail", `${home}/${user}`, `${home}/${user}/Maildir`);
    expect(await fails("user-cleanup", "anna")).toContain("the user anna is still there: the mailbox stays");
    const kept = await type("cat", "/etc/nsswitch.conf");
    await container.write("/etc/nsswitch.conf", kept.replace(/^passwd:.*$/m, "passwd: files sss"));
    const silent = '#!/bin/sh\n[ "$2" = sss ] && exit 2\nexec /usr/bin/getent "$@"\n';
    await container.write("/usr/local/sbin/getent", silent, 0o755);
    expect(await fails("user-cleanup", "gone")).toContain("whether there is a user gone cannot be known");
    await container.write("/etc/nsswitch.conf", kept);
    await type("rm", "/usr/local/sbin/getent");
    for (const user of ["anna", "gone"]) await type("test", "-d", `${home}/${user}/Maildir`);
    await signal("user-cleanup", "gone");
    expect((await container.run(["test", "-e", `${home}/gone`])).exit).toBe(1);
    await type("config", "delprop", "sssd", "Provider");
    await type("userdel", "anna");
  });

  test("the daemons have nothing to complain of", async () => {
    await type("mailwright", "apply");
    await apply(container);
    expect((await type("postqueue", "-j")).trim()).toBe("");
    expect(await complaints(container)).toEqual([]);
  });
});
