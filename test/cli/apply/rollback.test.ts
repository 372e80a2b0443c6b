import { rmSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { newServer, type Server } from "./server.ts";

/** The stored settings of all databases, as text. */
async function settings(server: Server): Promise<string> {
  const databases = ["configuration", "accounts", "site"];
  const all = await Promise.all(databases.map((name) => server.db(name, "export")));
  return all.join("");
}

const files = (server: Server): (string | undefined)[] =>
  ["/etc/filter", "/etc/notes", "/etc/users"].map((path) => server.body(path));

describe("mailwright rollback", () => {
  let server: Server;
  /** After revision 3: SpamKillLevel 12, the user john, applied as revision 4. */
  let then: { settings: string; files: (string | undefined)[] };
  beforeEach(async () => {
    server = newServer();
    await server.kill("12");
    await server.db("accounts", "set", "john", "user", "PasswordHash", "{PLAIN}one");
    await server.db("site", "set", "k", "t", "P", "1");
    await server.done("apply");
    then = { settings: await settings(server), files: files(server) };
  });

  /** Changes something in each database and applies it: deleted, made, and changed records. */
  async function goOn(): Promise<void> {
    await server.kill("14");
    await server.config("setprop", "rspamd", "SpamNotificationStatus", "enabled");
    await server.applied("user-delete", "john");
    await server.db("accounts", "set", "anna", "user");
    await server.db("site", "delete", "k");
    await server.db("site", "set", "l", "t", "P", "1");
    await server.db("site", "settype", "l", "u");
    await server.done("apply");
  }

  it("brings the settings of all databases and the files back: deleted records are there, made ones are gone", async () => {
    await goOn();
    expect(files(server)).toEqual(["kill 14\n", "notify enabled\n", "anna\n"]);
    await server.done("rollback", "4");
    expect(await settings(server)).toBe(then.settings);
    expect(files(server)).toEqual(then.files);
    expect(await server.pending()).toEqual([]);
    expect(await server.done("verify")).toContain("files are as the settings say");
  });

  describe("with --dry-run", () => {
    it("tells which settings, files, scripts and services would be others, and changes nothing", async () => {
      server.script("user-create", "S20-user-create", "exit 0");
      await goOn();
      const before = { all: await settings(server), files: files(server), history: await server.history() };
      const { exit, stdout, stderr } = await server.mailwright("rollback", "--dry-run", "4");
      expect(exit).toBe(2);
      expect(stdout).toMatch(/^settings +configuration +rspamd +SpamKillLevel +14 → 12$/m);
      expect(stdout).toMatch(/^settings +accounts +anna +type +user → absent$/m);
      expect(stdout).toContain("3 files would change");
      expect(stdout).toMatch(/^-kill 14\n\+kill 12$/m);
      expect(stdout).toMatch(/^actions +.*S20-user-create/m);
      expect(stderr).toContain("would carry out user-create john");
      expect(stdout).not.toContain("{PLAIN}one");
      expect({ all: await settings(server), files: files(server), history: await server.history() }).toEqual(
        before,
      );
      await server.done("rollback", "4");
      expect(files(server)).toEqual(then.files);
    });

    it("is one object for programs, with status 0 where all is so already", async () => {
      await server.kill("14");
      await server.done("apply");
      const told = await server.mailwright("rollback", "--dry-run", "--json", "4");
      expect(told.exit).toBe(2);
      const plan = JSON.parse(told.stdout);
      expect(plan.settings).toEqual([
        { database: "configuration", key: "rspamd", name: "SpamKillLevel", old: "14", new: "12" },
      ]);
      expect(plan.events).toEqual(["nethserver-mail-filter-save"]);
      expect(plan.files).toContainEqual({ path: "/etc/filter", state: "changed" });
      const newest = String((await server.history())[0]?.revision);
      const same = await server.mailwright("rollback", "--dry-run", "--json", newest);
      expect(same).toMatchObject({ exit: 0, stderr: "" });
      expect(JSON.parse(same.stdout)).toMatchObject({ events: [], settings: [], services: [] });
    });

    it("refuses what the rollback would refuse", async () => {
      const { exit, stderr } = await server.mailwright("rollback", "--dry-run", "99");
      expect({ exit, stderr }).toMatchObject({
        exit: 1,
        stderr: expect.stringContaining("there is no revision 99"),
      });
      await server.config("--force", "setprop", "rspamd", "SpamKillLevel", "5");
      const [bad] = await server.history();
      await server.kill("14");
      await server.done("apply");
      expect((await server.mailwright("rollback", "--dry-run", String(bad?.revision))).exit).toBe(3);
    });
  });

  it("carries out the events of what it changed, each with its record", async () => {
    for (const event of ["user-create", "user-delete"])
      server.script(event, `S20-${event}`, `echo "$*" >>"$LOG"`);
    await goOn();
    server.put(server.at("/log"), "");
    await server.done("rollback", "4");
    expect(server.log().sort()).toEqual(["user-create john", "user-delete anna", "user-delete anna"]);
    expect((await server.applies()).at(-1)).toMatch(/^rollback 4 .*user-create john.*: done$/);
  });

  it("is a change of its own, which can be rolled back", async () => {
    await goOn();
    const later = { settings: await settings(server), files: files(server) };
    const [newest] = await server.history();
    await server.done("rollback", "4");
    await server.done("rollback", String(newest?.revision));
    expect(await settings(server)).toBe(later.settings);
    expect(files(server)).toEqual(later.files);
    await server.done("rollback", "4");
    expect(files(server)).toEqual(then.files);
    expect((await server.applies()).filter((line) => line.startsWith("rollback"))).toHaveLength(3);
  });

  it("tells in the history who brought which setting back, and to what revision", async () => {
    await server.kill("14");
    await server.done("apply");
    await server.done("rollback", "4");
    const [, change] = await server.history();
    expect(change?.changes).toEqual([
      expect.objectContaining({ name: "SpamKillLevel", old: "14", new: "12", via: "rollback to 4" }),
    ]);
    expect(await server.done("history")).toMatch(/ {2}rollback to 4 \(nethserver-mail-filter-save\): done/);
  });

  it("makes every file again, also one that was edited or removed by hand", async () => {
    await server.kill("14");
    await server.done("apply");
    server.put(server.at("/etc/notes"), "mine\n");
    rmSync(server.at("/etc/users"));
    const { exit, stderr } = await server.mailwright("rollback", "4");
    expect(exit).toBe(0);
    expect(stderr).toContain("/etc/notes was edited by hand: a copy of it goes to ");
    expect(files(server)).toEqual(then.files);
  });

  it("to revision 0 is the empty beginning, with all defaults", async () => {
    await server.done("rollback", "0");
    expect(await server.db("accounts", "printjson")).not.toContain("john");
    expect(files(server)).toEqual(["kill 20\n", "notify disabled\n", ""]);
  });

  it("where nothing has changed since does nothing, says nothing, and leaves no entry", async () => {
    const before = await server.history();
    expect(await server.done("rollback", "4")).toBe("");
    expect(await server.history()).toEqual(before);
  });

  it("keeps the secrets that events made, so that it can be done again and changes nothing", async () => {
    server.template("/etc/secret", { "10.hbs": "{{config.rspamd.Password}}\n" }, 'mode: "0600"\n');
    server.event("nethserver-mail-filter-save", "templates: [/etc/secret]\n", "site");
    await server.kill("14");
    await server.done("apply");
    const secret = server.body("/etc/secret");
    expect(secret).toMatch(/^\S{16}\n$/);
    await server.done("rollback", "4");
    expect(server.body("/etc/secret")).toBe(secret);
    const entries = await server.history();
    await server.done("rollback", "4");
    expect(await server.history()).toEqual(entries);
  });

  describe("that cannot be carried out leaves the settings as they were", () => {
    beforeEach(async () => {
      await goOn();
      then = { settings: await settings(server), files: files(server) };
    });

    async function expectAsBefore(): Promise<void> {
      expect(await settings(server)).toBe(then.settings);
      expect(files(server)).toEqual(then.files);
      expect(await server.pending()).toEqual([]);
    }

    it("where a template fails", async () => {
      server.fragment("/etc/notes", "20.hbs", "{{nonsense}}\n", "site");
      const { exit, stderr } = await server.mailwright("rollback", "4");
      expect(exit).toBe(1);
      expect(stderr).toContain("/etc/notes/20.hbs:1");
      expect(stderr).toContain("The settings are as they were before the rollback.");
      expect((await server.applies()).at(-1)).toMatch(/^rollback 4 .*: refused$/);
      server.fragment("/etc/notes", "20.hbs", "", "site");
      await expectAsBefore();
    });

    it("where a script fails before the files are written", async () => {
      server.script("user-create", "S02-fail", "exit 3");
      const { exit, stderr } = await server.mailwright("rollback", "4");
      expect(exit).toBe(1);
      expect(stderr).toContain("the action S02-fail failed with status 3");
      expect(stderr).toContain("The settings are as they were before the rollback.");
      await expectAsBefore();
    });

    it("where the settings of then do not fit together", async () => {
      await server.config("--force", "setprop", "rspamd", "SpamKillLevel", "5");
      const [bad] = await server.history();
      await server.kill("14");
      await server.done("apply");
      const { exit, stderr } = await server.mailwright("rollback", String(bad?.revision));
      expect(exit).toBe(3);
      expect(stderr).toContain("rspamd SpamKillLevel");
      await expectAsBefore();
    });

    it("where files were edited and that is to be a failure", async () => {
      server.put(server.at("/etc/notes"), "mine\n");
      const { exit, stderr } = await server.mailwright("rollback", "--on-edit", "fail", "4");
      expect(exit).toBe(1);
      expect(stderr).toContain("/etc/notes was edited by hand");
      expect(await settings(server)).toBe(then.settings);
      expect(server.read("/etc/notes")).toBe("mine\n");
    });
  });

  it("whose script fails after the files are written leaves settings and files of then, and says so", async () => {
    await server.kill("14");
    await server.done("apply");
    server.script("nethserver-mail-filter-save", "S20-fail", "exit 3");
    const { exit, stderr } = await server.mailwright("rollback", "4");
    expect(exit).toBe(1);
    expect(stderr).toContain("The files are written");
    expect(stderr).not.toContain("The settings are as they were");
    expect(await settings(server)).toBe(then.settings);
    expect(files(server)).toEqual(then.files);
    expect(await server.pending()).toEqual(["rspamd SpamKillLevel 12"]);
  });

  it("to what is no revision, or with a wrong option, leaves no trace", async () => {
    await server.kill("14");
    const before = await server.history();
    expect(await server.mailwright("rollback", "99")).toMatchObject({
      exit: 1,
      stderr: "mailwright rollback: there is no revision 99\n  The newest is 5. See: mailwright history\n",
    });
    for (const args of [["x"], ["-1"], [], ["4", "4"], ["--on-edit", "ask", "4"], ["--confirm", "soon", "4"]])
      expect((await server.mailwright("rollback", ...args)).exit).toBe(3);
    expect(await server.history()).toEqual(before);
  });
});
