import { beforeEach, describe, expect, it, vi } from "vitest";
import { readSnapshot, writeTransaction } from "../../../src/db/store.ts";
import { fakeMachine } from "../apply/fake-system.ts";
import { Trial } from "./trial.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

describe("settings that an event changes by its arguments, when they are to go back", () => {
  let trial: Trial;
  const addresses = "{{#each records.accounts}}{{key}}{{#each Account}} {{this}}{{/each}}\n{{/each}}";
  const account = (): Promise<string> => trial.db("accounts", "getprop", "info@", "Account");
  const known = "postmaster@";
  const keys = async (): Promise<string> => (await trial.db("accounts", "keys")).replace(`${known}\n`, "");
  const file = (): string => trial.body("/etc/addresses")?.replace(`${known} root\n`, "") ?? "";
  /** Runs mailwright, which must go well; returns what it told. */
  const done = async (...args: string[]): Promise<string> => {
    const { exit, stdout, stderr } = await trial.run("mailwright", args);
    expect({ args, exit, stderr }).toMatchObject({ args, exit: 0 });
    return stdout + stderr;
  };
  const note = (event: string): string =>
    `what scripts of ${event} did, such as in mailboxes, does not go back`;
  const settled = (): Promise<string> => done("status");
  const database = (): string => trial.at("/var/lib/mailwright/mailwright.db");
  const revision = (): string => {
    const snapshot = readSnapshot(database());
    const { newestRevision } = snapshot;
    snapshot.close();
    return String(newestRevision);
  };
  const copies = (): Promise<string> => trial.db("domains", "getprop", "example.com", "AlwaysBccAddress");

  beforeEach(async () => {
    fakeMachine.reset();
    trial = new Trial();
    trial.template("/etc/addresses", { "10.hbs": addresses });
    trial.event("pseudonym-create", "templates: [/etc/addresses]");
    trial.event("pseudonym-modify", "extends: [pseudonym-create]");
    trial.event("sharedmailbox-create", "extends: [pseudonym-create]\nchanges: public-mailbox-create");
    trial.event("sharedmailbox-modify", "extends: [pseudonym-modify]\nchanges: public-mailbox-modify");
    trial.event("post-restore-config", "extends: [pseudonym-create]\nchanges: restore");
    await trial.db("accounts", "set", "info@", "pseudonym", "Account", "vmail+Old");
    await trial.applied("pseudonym-create");
  });

  it("confirm --restore takes them back with the files, and nothing waits", async () => {
    await trial.applied("--confirm", "10m", "sharedmailbox-modify", "Old", "New");
    expect(file()).toContain("vmail+New");
    expect(await done("confirm", "--restore")).toContain(note("sharedmailbox-modify"));
    expect(await account()).toBe("vmail+Old\n");
    expect(file()).toBe("info@ vmail+Old\n");
    await settled();
    await trial.applied("sharedmailbox-modify", "Old", "New");
    expect(await account()).toBe("vmail+New\n");
    await settled();
  });

  it("so does it where a script fails behind the files, and not with what somebody has set since", async () => {
    await trial.db("domains", "set", "example.com", "domain", "AlwaysBccAddress", "vmail+Old@example.com");
    trial.script("sharedmailbox-modify", "S50-fails", "exit 9");
    const { exit } = await trial.signal("--confirm", "10m", "sharedmailbox-modify", "Old", "New");
    expect(exit).toBe(1);
    await trial.db("accounts", "setprop", "info@", "Account", "john");
    await done("confirm", "--restore");
    expect(await account()).toBe("john\n");
    expect(await copies()).toBe("vmail+Old@example.com\n");
  });

  it("they wait for no event that theirs does not carry out, once theirs has succeeded", async () => {
    trial.event("domain-modify", "templates: [/etc/addresses]");
    await trial.db("domains", "set", "example.com", "domain", "AlwaysBccAddress", "vmail+Old@example.com");
    await trial.applied("domain-modify", "example.com");
    await trial.applied("sharedmailbox-modify", "Old", "New");
    expect(await copies()).toBe("vmail+New@example.com\n");
    await settled();
  });

  it("rollback takes back an address that came with its mailbox", async () => {
    const before = revision();
    await trial.applied("sharedmailbox-create", "Sales");
    expect(await keys()).toBe("info@\nsales@\n");
    expect(await done("rollback", before)).toContain(note("sharedmailbox-create"));
    expect(await keys()).toBe("info@\n");
    expect(file()).toBe("info@ vmail+Old\n");
    await settled();
  });

  it("rollback over a restore leaves no record that the restore brought", async () => {
    await trial.db("accounts", "set", "later@", "pseudonym", "Account", "john");
    await done("task", "backup");
    await trial.db("accounts", "delete", "later@");
    const before = revision();
    await trial.applied("post-restore-config");
    expect(await keys()).toBe("info@\nlater@\n");
    await done("rollback", before);
    expect(await keys()).toBe("info@\n");
  });

  it("where the event was cut off before its commit they wait, and mailwright apply carries them out", async () => {
    const author = { actor: "root", via: "changes of sharedmailbox-modify" };
    writeTransaction(database(), author, (writer) =>
      writer.setProp("accounts", "info@", "Account", "vmail+New"),
    );
    expect((await trial.run("mailwright", ["status"])).stdout).toContain("pseudonym-modify info@");
    await done("apply");
    expect(file()).toBe("info@ vmail+New\n");
    await settled();
  });

  it("an event that does what nothing brings back is refused with --confirm, and nothing is changed", async () => {
    const manifest = "extends: [pseudonym-create]\nchanges: public-mailbox-delete\nirreversible: true";
    trial.event("sharedmailbox-delete", manifest);
    const { exit, stderr } = await trial.signal("--confirm", "10m", "sharedmailbox-delete", "Old");
    expect(exit).toBe(3);
    expect(stderr).toContain("accepted: the same without --confirm. Nothing was touched.");
    expect(await keys()).toBe("info@\n");
    await trial.applied("sharedmailbox-delete", "Old");
    expect(await keys()).toBe("");
  });

  it("a record that an event deletes is not left marked where its changes are refused", async () => {
    trial.event("pseudonym-delete", "extends: [pseudonym-create]\ndeletes: accounts\nchanges: nonsense");
    expect((await trial.signal("pseudonym-delete", "info@")).exit).toBe(1);
    expect(await trial.db("accounts", "gettype", "info@")).toBe("pseudonym\n");
  });
});
