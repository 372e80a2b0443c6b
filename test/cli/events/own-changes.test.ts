import { beforeEach, describe, expect, it } from "vitest";
import { Trial } from "./trial.ts";

describe("settings that an event changes by its arguments", () => {
  let trial: Trial;
  const addresses = "{{#each records.accounts}}{{key}}{{#each Account}} {{this}}{{/each}}\n{{/each}}";

  beforeEach(async () => {
    trial = new Trial();
    trial.template("/etc/addresses", { "10.hbs": addresses });
    trial.event("pseudonym-create", "templates: [/etc/addresses]");
    trial.event("pseudonym-modify", "extends: [pseudonym-create]");
    trial.event("sharedmailbox-modify", "extends: [pseudonym-modify]\nchanges: public-mailbox-modify");
    trial.event("post-restore-config", "extends: [pseudonym-create]\nchanges: restore");
    await trial.db("accounts", "set", "info@", "pseudonym", "Account", "vmail+Old");
    await trial.applied("pseudonym-create");
  });

  const account = (): Promise<string> => trial.db("accounts", "getprop", "info@", "Account");

  it("are in its files, in the history as its own, and wait for nothing", async () => {
    await trial.applied("sharedmailbox-modify", "Old", "New");
    expect(await account()).toBe("vmail+New\n");
    expect(trial.body("/etc/addresses")).toContain("info@ vmail+New\n");
    expect(await trial.db("accounts", "history", "info@")).toMatch(/changes of sharedmailbox-modify/);
    expect((await trial.run("mailwright", ["status"])).exit).toBe(0);
  });

  it("are shown by a dry run, and not stored", async () => {
    const { exit, stdout } = await trial.signal("--dry-run", "sharedmailbox-modify", "Old", "New");
    expect(exit).toBe(2);
    expect(stdout).toContain("+info@ vmail+New");
    expect(await account()).toBe("vmail+Old\n");
  });

  it("are taken back where a script before the commit fails: nothing was touched", async () => {
    trial.script("sharedmailbox-modify", "S04-fails", "exit 9");
    const { exit, stderr } = await trial.signal("sharedmailbox-modify", "Old", "New");
    expect(exit).toBe(1);
    expect(stderr).toContain("Nothing was touched.");
    expect(await account()).toBe("vmail+Old\n");
    expect(trial.body("/etc/addresses")).toContain("info@ vmail+Old\n");
  });

  it("stay where the files are written: a script after them fails", async () => {
    trial.script("sharedmailbox-modify", "S50-fails", "exit 9");
    expect((await trial.signal("sharedmailbox-modify", "Old", "New")).exit).toBe(1);
    expect(await account()).toBe("vmail+New\n");
  });

  it("are none where the arguments are refused", async () => {
    const wrong = await trial.signal("sharedmailbox-modify", "Old", "a,b");
    expect(wrong).toMatchObject({ exit: 3, stderr: expect.stringContaining("Nothing was touched.") });
    expect(await account()).toBe("vmail+Old\n");
  });

  it("must be known by their name", async () => {
    trial.event("sharedmailbox-modify", "changes: nonsense");
    const { exit, stderr } = await trial.signal("sharedmailbox-modify", "Old", "New");
    expect(exit).toBe(1);
    expect(stderr).toContain("known: public-mailbox-create");
  });

  it("a restore brings back every value of every database exactly, and removes what is not in the backup", async () => {
    const odd = ["#odd key", "note", "a b", " x|y=z ", "__proto__", "p", "empty", ""];
    await trial.db("notes", "set", ...odd);
    await trial.db("more", "set", "__proto__", "thing");
    const kept = await trial.db("notes", "printjson");
    await trial.run("mailwright", ["task", "backup"]);
    await trial.db("notes", "delete", "#odd key");
    await trial.db("later", "set", "key", "thing");
    await trial.db("accounts", "setprop", "info@", "Account", "john");
    await trial.applied("post-restore-config");
    expect(await trial.db("notes", "printjson")).toBe(kept);
    expect(await trial.db("more", "keys")).toBe("__proto__\n");
    expect((await trial.run("db", ["later", "keys"])).exit).toBe(1);
    expect(trial.body("/etc/addresses")).toContain("info@ vmail+Old\n");
  });
});
