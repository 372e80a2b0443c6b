import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints } from "./container/administrator.ts";
import type { Container } from "./container/container.ts";
import { smtpSend, waitFor } from "./container/mail.ts";
import { answer, session, startMailboxServer } from "./container/mailbox-server.ts";
import { deliver } from "./container/mailboxes.ts";

const message = "Subject: from a client\n\nA message.\n";
const store = (flag: string): string[] => ["store", "1", "+FLAGS", flag];

describe("public mailboxes", () => {
  let container: Container;
  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const signal = (...argv: string[]): Promise<string> => container.must(["signal-event", ...argv]);
  const publics = async (user: string): Promise<string[]> =>
    (await answer(container, user, "list")).filter((name) => name.startsWith("Public/"));
  const subjects = (user: string, folder: string): Promise<string[]> =>
    answer(container, user, "subjects", folder);
  const statuses = async (user: string, ...commands: string[][]): Promise<string[]> =>
    (await session(container, user, ...commands)).map(([status]) => status);
  const account = (key: string): Promise<string> => type("db", "accounts", "getprop", key, "Account");
  const rights = (name: string): Promise<string> =>
    type("doveadm", "-f", "tab", "acl", "get", "-u", "vmail", name);

  beforeAll(async () => {
    container = await startMailboxServer();
  });
  afterAll(() => container?.stop());

  test("C4 one made by the event has an address, mail, and readers who see it and change nothing but what they have read", async () => {
    await signal("sharedmailbox-create", "Public Folder", "group=Domain Users", "read");
    expect(await account("public folder@")).toBe("vmail+Public Folder\n");
    expect(await type("doveadm", "mailbox", "list", "-u", "vmail")).toBe("Public Folder\nINBOX\n");
    await deliver(container, { to: ['"public folder"@domain.org'], subject: "by its address" });
    await deliver(container, { to: ['"vmail+Public Folder"@domain.org'], subject: "by its folder" });
    for (const user of ["john", "mary"]) {
      expect(await publics(user)).toEqual(["Public/Public Folder"]);
      expect(await subjects(user, "Public/Public Folder")).toEqual(["by its address", "by its folder"]);
    }
    expect(await publics("paul")).toEqual([]);
    expect(await statuses("paul", ["select", "Public/Public Folder"])).toEqual(["NO"]);
    const folder = "Public/Public Folder";
    const tries = [["select", folder], store("\\Seen"), store("\\Flagged"), store("\\Deleted"), ["expunge"]];
    const tail = [
      ["append", folder, message],
      ["create", `${folder}/Sub`],
      ["setacl", folder, "paul", "lr"],
    ];
    const [selected, seen, ...rest] = await session(container, "john", ...tries, ...tail);
    expect([selected?.[0], seen?.[0]]).toEqual(["OK", "OK"]);
    expect(rest.slice(3).map(([status]) => status)).toEqual(["NO", "NO", "NO"]);
    expect(await answer(container, "john", "flags", folder)).toEqual(["\\Seen", ""]);
    // Who has read what is kept for each user, whatever SharedSeen says of shared folders.
    expect(await answer(container, "mary", "flags", folder)).toEqual(["", ""]);
  });

  test("C4 read-write takes messages in and out, and full gives rights away", async () => {
    await signal("sharedmailbox-create", "Team", "user=mary", "read-write", "user=john", "full");
    expect(
      await statuses(
        "mary",
        ["append", "Public/Team", message],
        ["select", "Public/Team"],
        store("\\Flagged"),
        store("\\Deleted"),
        ["expunge"],
        ["setacl", "Public/Team", "paul", "lr"],
        ["delete", "Public/Team"],
      ),
    ).toEqual(["OK", "OK", "OK", "OK", "OK", "NO", "NO"]);
    expect(await subjects("mary", "Public/Team")).toEqual([]);
    expect(
      await statuses("john", ["setacl", "Public/Team", "paul", "lrs"], ["getacl", "Public/Team"]),
    ).toEqual(["OK", "OK"]);
    expect(await publics("paul")).toEqual(["Public/Team"]);
    expect(await statuses("paul", ["select", "Public/Team"], ["append", "Public/Team", message])).toEqual([
      "OK",
      "NO",
    ]);
  });

  test("C4 one made by an IMAP client, and given to a group of any name, works equally", async () => {
    expect(await statuses("john", ["create", "Public/Mine"])).toEqual(["NO"]);
    await signal("sharedmailbox-modify", "INBOX", "INBOX", "user=john", "full");
    const group = "$Domain Users";
    expect(
      await statuses(
        "john",
        ["create", "Public/Mine"],
        ["setacl", "Public/Mine", group, "lrsi"],
        ["create", "Public/Team/Sub"],
      ),
    ).toEqual(["OK", "OK", "OK"]);
    expect(await publics("mary")).toEqual([
      "Public/Mine",
      "Public/Public Folder",
      "Public/Team",
      "Public/Team/Sub",
    ]);
    expect((await answer(container, "mary", "myrights", "Public/Mine")).join()).toMatch(/ [lrsi]{4}$/);
    await deliver(container, { to: ["vmail+Mine@domain.org"], subject: "to a client's" });
    expect(await subjects("mary", "Public/Mine")).toEqual(["to a client's"]);
    await signal("sharedmailbox-modify", "INBOX", "INBOX", "anyone", "none");
    expect(await statuses("john", ["create", "Public/Another"])).toEqual(["NO"]);
  });

  test("C4 a member who joins a group sees its mailboxes at the next login, and one who leaves no longer", async () => {
    await type("db", "accounts", "setprop", "Domain Users@domain.org", "Members", "john,mary,paul");
    await signal("group-modify", "Domain Users@domain.org");
    await waitFor(async () => (await publics("paul")).includes("Public/Public Folder"));
    await type("db", "accounts", "setprop", "Domain Users@domain.org", "Members", "john,mary");
    await signal("group-modify", "Domain Users@domain.org");
    await waitFor(async () => !(await publics("paul")).includes("Public/Public Folder"));
  });

  test("rights not named are cleared, and those who are unknown refused", async () => {
    await signal("sharedmailbox-modify", "Team", "Team", "user=paul", "lr");
    expect(await rights("Team")).toBe("ID\tGlobal\tRights\nuser=paul\t\tlookup read\n");
    const wrong = [
      ["user=nobody", "read"],
      ["group=John", "read"],
      ["somebody", "read"],
      ["user=paul", "reed"],
      ["user=paul"],
    ];
    for (const words of wrong) {
      const { exit, stderr } = await container.run([
        "signal-event",
        "sharedmailbox-modify",
        "Team",
        "Team",
        ...words,
      ]);
      expect({ words, exit }).toEqual({ words, exit: 3 });
      expect(stderr).toContain("Nothing was touched.");
    }
    expect(await rights("Team")).toContain("user=paul\t\tlookup read\n");
    await signal("sharedmailbox-modify", "Team", "Team", "user=john", "full", "user=mary", "read");
  });

  test("renaming a public mailbox changes the addresses that point at exactly it (Old, not Old2)", async () => {
    const destinations = {
      "to-old@": "vmail+Old,john",
      "to-old2@": "vmail+Old2",
      "to-sub@": "vmail+Old/Sub",
    };
    for (const name of ["Old", "Old2", "Old/Sub"])
      await signal("sharedmailbox-create", name, "user=john", "read");
    for (const [key, to] of Object.entries(destinations)) {
      await type("db", "accounts", "set", key, "pseudonym", "Account", to, "Access", "private");
      await signal("pseudonym-create", key);
    }
    const catchAll = [
      "UnknownRecipientsActionType",
      "deliver",
      "UnknownRecipientsActionDeliverMailbox",
      "vmail+Old",
    ];
    await type("db", "domains", "set", "example.com", "domain", ...catchAll);
    await signal("domain-create", "example.com");
    await deliver(container, { to: ["whoever@example.com"], subject: "before" });
    expect(
      await statuses(
        "john",
        ["subscribe", "Public/Old"],
        ["subscribe", "Public/Old2"],
        ["select", "Public/Old"],
        store("\\Seen"),
      ),
    ).toEqual(["OK", "OK", "OK", "OK"]);
    await signal("sharedmailbox-modify", "Old", "New & Öld");
    expect(await account("to-old@")).toBe("vmail+New & Öld,john\n");
    expect(await account("old@")).toBe("vmail+New & Öld\n");
    expect(await account("to-old2@")).toBe("vmail+Old2\n");
    expect(await account("to-sub@")).toBe("vmail+New & Öld/Sub\n");
    // Only where it leads was changed: nothing of who may write to it.
    expect(await type("db", "accounts", "getprop", "to-old@", "Access")).toBe("private\n");
    await deliver(container, { to: ["whoever@example.com"], subject: "after" });
    await deliver(container, { to: ["old@domain.org"], subject: "to its address" });
    expect(await subjects("john", "Public/New & Öld")).toEqual(["before", "after", "to its address"]);
    expect(await answer(container, "john", "flags", "Public/New & Öld")).toEqual(["\\Seen", "", ""]);
    expect(await publics("john")).toEqual(
      expect.arrayContaining(["Public/New & Öld", "Public/New & Öld/Sub", "Public/Old2"]),
    );
    expect(await publics("john")).not.toContain("Public/Old");
    const subscribed = (await answer(container, "john", "lsub")).filter((name) => name.startsWith("Public/"));
    expect(subscribed).toEqual(["Public/New & Öld", "Public/Old2"]);
    await apply(container);
  });

  test("one that cannot be renamed or made stays as it was, with its addresses", async () => {
    const tries = [
      ["sharedmailbox-modify", "Old2", "Team"],
      ["sharedmailbox-modify", "Nowhere", "Elsewhere"],
      ["sharedmailbox-create", "Team", "user=john", "full"],
      ["sharedmailbox-delete", "Nowhere"],
    ];
    for (const words of tries) {
      const { exit, stderr } = await container.run(["signal-event", ...words]);
      expect({ words, exit }).toEqual({ words, exit: 1 });
      expect(stderr).toMatch(/Nowhere|Team/);
    }
    expect(await account("to-old2@")).toBe("vmail+Old2\n");
    expect((await rights("Team")).split("\n").length).toBe(4);
  });

  test("deleting it removes its folders, subscriptions and own address, and no longer leads mail there", async () => {
    await signal("sharedmailbox-delete", "New & Öld");
    expect((await publics("john")).filter((name) => name.includes("Öld"))).toEqual([]);
    expect((await answer(container, "john", "lsub")).filter((name) => name.startsWith("Public/"))).toEqual([
      "Public/Old2",
    ]);
    for (const key of ["old@", "to-sub@"])
      expect((await container.run(["db", "accounts", "get", key])).exit).toBe(1);
    expect(await account("to-old@")).toBe("john\n");
    expect(await type("db", "domains", "getprop", "example.com", "UnknownRecipientsActionType")).toBe(
      "bounce\n",
    );
    const refused = await smtpSend(container, {
      from: "someone@outside.example.net",
      to: ["whoever@example.com"],
    });
    expect(refused.last).toMatchObject({ verb: "RCPT", code: 550 });
    expect((await container.run(["find", "/var/lib/nethserver/vmail", "-name", "*ld.Sub*"])).stdout).toBe("");
  });

  test("names with blanks, quotes, apostrophes, &, dots, non-ASCII and / take mail and are seen", async () => {
    for (const name of ['Sales "North"', "O'Brien & Söhne", "Dr. Who", "A/B c/D", "-x"]) {
      await signal("sharedmailbox-create", name, "user=paul", "full");
      const local = `"vmail+${name.replace(/["\\]/g, "\\$&")}"`;
      await type("db", "accounts", "set", "named@", "pseudonym", "Account", `vmail+${name}`);
      await signal("pseudonym-create", "named@");
      await deliver(container, { to: ["named@domain.org"], subject: "by an address" });
      if (/^[\x20-\x7e]+$/.test(name))
        await deliver(container, { to: [`${local}@domain.org`], subject: "by its folder" });
      expect(await subjects("paul", `Public/${name}`), name).toContain("by an address");
      await signal("sharedmailbox-delete", name);
      expect(await publics("paul"), name).not.toContain(`Public/${name}`);
    }
  });

  test("ImapStatus=disabled closes the ports, but doveadm and ACL still work", async () => {
    await type("config", "setprop", "dovecot", "ImapStatus", "disabled");
    await type("mailwright", "apply");
    await signal("sharedmailbox-modify", "Team", "Team", "user=john", "full");
    expect(await rights("Team")).toMatch(/^ID\tGlobal\tRights\nuser=john\t\tadmin create [a-z -]+\n$/);
    await type("config", "delprop", "dovecot", "ImapStatus");
    await type("mailwright", "apply");
  });

  test("the daemons have nothing to complain of", async () => {
    await apply(container);
    expect((await type("postqueue", "-j")).trim()).toBe("");
    expect(await complaints(container, /Can't rename mailbox|Mailbox already exists/)).toEqual([]);
  });
});
