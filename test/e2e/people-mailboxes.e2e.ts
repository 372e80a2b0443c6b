import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints } from "./container/administrator.ts";
import type { Container } from "./container/container.ts";
import { answer, session, startMailboxServer } from "./container/mailbox-server.ts";
import { deliver } from "./container/mailboxes.ts";
import { typeInto } from "./container/terminal.ts";

describe("public mailboxes and relay hosts by the commands for people", () => {
  let container: Container;
  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const mailwright = (...args: string[]) => container.run(["mailwright", ...args]);
  const done = async (...args: string[]): Promise<void> =>
    expect(await mailwright(...args), args.join(" ")).toEqual({ exit: 0, stdout: "", stderr: "" });
  const shown = async (name: string) =>
    JSON.parse(await type("mailwright", "mailbox", "show", name, "--json"));
  const rights = async (name: string): Promise<Record<string, string>> =>
    Object.fromEntries(
      (await shown(name)).rights.map((one: { id: string; rights: string }) => [one.id, one.rights]),
    );
  const lookedUp = async (table: string, key: string): Promise<string> =>
    (await type("postmap", "-q", key, `cdb:/etc/postfix/${table}`)).trim();

  beforeAll(async () => {
    container = await startMailboxServer();
  });
  afterAll(() => container?.stop());

  test("C4 one is made with rights and an address, and shown with all that leads to it", async () => {
    await done(
      "mailbox",
      "add",
      "Sales",
      "--grant",
      "group=Domain Users:read",
      "--grant",
      "user=paul:read-write",
    );
    await done("mailbox", "add", "Sales/Offers", "--grant", "anyone:read");
    await done("mailbox", "add", "Sent");
    await done("address", "add", "offers", "--to", "vmail+Sales@domain.org");
    await deliver(container, { to: ["offers@domain.org"], subject: "one" });
    await deliver(container, { to: ["vmail+Sales/Offers@domain.org"], subject: "two" });
    expect(await shown("Sales")).toMatchObject({
      messages: 1,
      addresses: ["offers@", "sales@"],
      namedBy: [],
    });
    const { public: open } = JSON.parse(await type("mailwright", "mailbox", "list", "--json"));
    expect(open.map(({ name }: { name: string }) => name)).toEqual(["Sales", "Sales/Offers", "Sent"]);
    const before = await answer(container, "mary", "list");
    expect(before).toEqual(expect.arrayContaining(["Public/Sales", "Public/Sales/Offers"]));
  });

  test("C4 rights that are given leave those of others, and two at a time leave each other's", async () => {
    await Promise.all([
      done("mailbox", "modify", "Sales", "--grant", "user=john:full"),
      done("mailbox", "modify", "Sales", "--grant", "user=mary:lr"),
    ]);
    expect(Object.keys(await rights("Sales")).sort()).toEqual([
      ...["group=domain users", "user=john", "user=mary", "user=paul"],
    ]);
    await done("mailbox", "modify", "Sales", "--revoke", "user=mary");
    expect(await rights("Sales")).toMatchObject({ "user=paul": expect.stringContaining("write-deleted") });
    expect(Object.keys(await rights("Sales"))).not.toContain("user=mary");
  });

  test("C4 what an IMAP client has set and the event refuses is named, and can be set again as told", async () => {
    const set = ["setacl", "Public/Sales", "-mary", "r"];
    expect((await session(container, "john", set)).map(([status]) => status)).toEqual(["OK"]);
    expect(await rights("Sales")).toMatchObject({ "user=mary": "-read" });
    const { exit, stderr } = await mailwright("mailbox", "modify", "Sales", "--grant", "user=paul:read");
    expect(exit).toBe(0);
    expect(stderr).toContain("user=mary (-read) is no longer in the list of Sales");
    expect(Object.keys(await rights("Sales"))).not.toContain("user=mary");
    const [, again = ""] = /To set it again: (.*)/.exec(stderr) ?? [];
    await type("sh", "-c", again);
    expect(await rights("Sales")).toMatchObject({
      "user=mary": "-read",
      "user=paul": "lookup read write-seen",
    });
  });

  test("C4 where Dovecot does not tell the rights, nobody loses any", async () => {
    const before = await rights("Sales");
    const real = "/usr/bin/doveadm";
    await type("mv", real, `${real}-real`);
    const lost = '*"acl get"*) echo "Error: lost" >&2; exit 75;;';
    await container.write(real, `#!/bin/sh\ncase "$*" in ${lost} esac\nexec ${real}-real "$@"\n`);
    await type("chmod", "755", real);
    const { exit, stderr } = await mailwright("mailbox", "modify", "Sales", "--grant", "user=mary:read");
    await type("mv", `${real}-real`, real);
    expect(exit).toBe(1);
    expect(stderr).toContain("Dovecot does not tell the rights in Sales");
    expect(stderr).toContain("Error: lost");
    expect(await rights("Sales")).toEqual(before);
  });

  test("C4 a deletion counts the folders within, takes no --confirm, and asks", async () => {
    expect(await mailwright("mailbox", "delete", "Sales", "--yes", "--confirm", "10m")).toMatchObject({
      exit: 3,
    });
    const question = "ALL ITS MAIL: 2 messages in 2 folders. Go on? [y/N] ";
    const command = ["mailwright", "mailbox", "delete", "Sales"];
    expect(await typeInto(container, command, [[question, "yesterday"]])).toMatchObject({ exit: 3 });
    expect(await typeInto(container, command, [[question, "yes"]])).toMatchObject({ exit: 0 });
    const { public: open } = JSON.parse(await type("mailwright", "mailbox", "list", "--json"));
    expect(open.map(({ name }: { name: string }) => name)).toEqual(["Sent"]);
    expect(await mailwright("address", "show", "offers")).toMatchObject({ exit: 1 });
  });

  test("E4 a relay host's account is in Postfix's tables; its password goes with no other name or host", async () => {
    const add = ["relay", "add", "@domain.org", "--for", "sender", "--host", "mx.example.net:587"];
    const input = "pass word:#1\n";
    const made = await container.run(["mailwright", ...add, "--username", "u", "--password-stdin"], {
      input,
    });
    expect(made).toEqual({ exit: 0, stdout: "", stderr: "" });
    expect(await lookedUp("sender-accounts", "@domain.org")).toBe("u:pass word:#1");
    expect(await lookedUp("sender-relays", "@domain.org")).toContain("mx.example.net]:587");
    const moved = await mailwright(
      "relay",
      "modify",
      "@domain.org",
      "--username",
      "v",
      "--host",
      "other.net",
    );
    expect(moved).toMatchObject({ exit: 3, stderr: expect.stringContaining("that of u at mx.example.net") });
    expect(await lookedUp("sender-accounts", "@domain.org")).toBe("u:pass word:#1");
    const args = ["mailwright", "relay", "modify", "@domain.org", "--host", "other.net"];
    const typed = await typeInto(container, args, [["Password of u at the relay host: ", "second"]]);
    expect(typed).toMatchObject({ exit: 0 });
    expect(typed.shown).not.toContain("second");
    expect(await lookedUp("sender-accounts", "@domain.org")).toBe("u:second");
    expect(await lookedUp("sender-relays", "@domain.org")).toContain("other.net]:587");
    await done("relay", "delete", "@domain.org", "--yes");
  });

  test("A10 a mailbox whose removal fails: the user is gone, that is said, and the command that is told goes on", async () => {
    const script = "/etc/mailwright/events/user-cleanup/S40-fails";
    await container.write(script, "#!/bin/sh\nexit 1\n");
    await type("chmod", "755", script);
    const { exit, stderr } = await mailwright("user", "delete", "paul", "--with-mailbox", "--yes");
    expect(exit).toBe(1);
    expect(stderr).toContain("The user paul@domain.org is deleted; the mailbox stays, or some of it.");
    await type("test", "-d", "/var/lib/nethserver/vmail/paul");
    await type("rm", script);
    const [, again = ""] = /Go on with: (.*)/.exec(stderr) ?? [];
    await type("sh", "-c", again);
    expect((await container.run(["test", "-e", "/var/lib/nethserver/vmail/paul"])).exit).toBe(1);
  });

  test("nothing waits, and the daemons have nothing to complain of", async () => {
    await apply(container);
    expect(await complaints(container)).toEqual([]);
  });
});
