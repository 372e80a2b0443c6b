import { mkdirSync, symlinkSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { newServer, type Server } from "./server.ts";

/** Lines without the time of day. */
const lines = (text: string): string[] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, "TIME"));

describe("mailwright history", () => {
  let server: Server;
  const env = { SUDO_USER: "anna", SSH_CONNECTION: "203.0.113.4 50000 198.51.100.1 22" };
  beforeEach(() => {
    server = newServer();
  });

  it("of nothing says so, and makes nothing", async () => {
    expect(await server.done("history")).toBe("Nothing was changed or applied yet.\n");
    expect(await server.done("history", "--json")).toBe("[]\n");
    expect(server.read("/var/lib/mailwright/mailwright.db")).toBeUndefined();
  });

  it("lists changes and applies of all databases, newest first, with who and by what way in", async () => {
    await server.run("config", ["setprop", "rspamd", "SpamKillLevel", "12"], { env });
    await server.run("db", ["accounts", "set", "john", "user"], { env });
    await server.run("mailwright", ["apply"], { env });
    await server.run("db", ["accounts", "delete", "john"], { env });
    await server.run("signal-event", ["user-delete", "john"], { env });
    expect(lines(await server.done("history"))).toEqual([
      "5  TIME  anna (ssh 203.0.113.4)  user-delete john: done, 1 file",
      "4  TIME  anna (ssh 203.0.113.4)  accounts john type: user → absent",
      "3  TIME  anna (ssh 203.0.113.4)  apply nethserver-mail-filter-save, user-create john: done, 3 files",
      "2  TIME  anna (ssh 203.0.113.4)  accounts john type: absent → user",
      "1  TIME  anna (ssh 203.0.113.4)  configuration rspamd type: absent → service",
      "1  TIME  anna (ssh 203.0.113.4)  configuration rspamd SpamKillLevel: absent → 12",
    ]);
  });

  it("shares one count of revisions with config history, which lists the changes of its database alone", async () => {
    await server.kill("12");
    await server.applied("nethserver-mail-filter-save");
    await server.kill("13");
    await server.db("accounts", "set", "john", "user");
    await server.done("apply");
    await server.kill("14");
    const own = JSON.parse(await server.config("--json", "history")) as { revision: number }[];
    expect(own.map(({ revision }) => revision)).toEqual([6, 3, 1, 1]);
    expect((await server.history()).map(({ revision, kind }) => `${revision} ${kind}`)).toEqual([
      "6 change",
      "5 apply",
      "4 change",
      "3 change",
      "2 apply",
      "1 change",
    ]);
  });

  it("has an event that was refused once, until something else becomes of it", async () => {
    server.fragment("/etc/filter", "20.hbs", "{{nonsense}}\n", "site");
    await server.kill("12");
    for (const _ of [1, 2, 3]) expect((await server.signal("nethserver-mail-filter-save")).exit).toBe(1);
    await server.signal("nethserver-mail-filter-save", "an argument");
    expect(await server.applies()).toEqual([
      "nethserver-mail-filter-save: refused",
      "nethserver-mail-filter-save an argument: refused",
    ]);
    server.fragment("/etc/filter", "20.hbs", "", "site");
    await server.applied("nethserver-mail-filter-save");
    server.fragment("/etc/filter", "20.hbs", "{{nonsense}}\n", "site");
    for (const _ of [1, 2]) await server.signal("nethserver-mail-filter-save");
    expect((await server.applies()).slice(2)).toEqual([
      "nethserver-mail-filter-save: done",
      "nethserver-mail-filter-save: refused",
    ]);
  });

  it("has no entry of an event that found nothing to do, nor of a dry run", async () => {
    await server.kill("12");
    await server.applied("nethserver-mail-filter-save");
    await server.applied("nethserver-mail-filter-save");
    await server.kill("13");
    await server.signal("--dry-run", "nethserver-mail-filter-save");
    expect(await server.applies()).toEqual(["nethserver-mail-filter-save: done"]);
  });

  it("has an entry of a file that expand-template wrote, and none where it wrote nothing", async () => {
    for (const _ of [1, 2]) expect((await server.expand("/etc/filter")).exit).toBe(0);
    await server.expand("--stdout", "/etc/filter");
    await server.expand("--diff", "/etc/filter");
    expect(await server.applies()).toEqual(["expand-template /etc/filter: done"]);
    expect(lines(await server.done("diff", "1"))).toEqual(
      expect.arrayContaining([
        "+kill 20",
        "1  TIME  tester (script)  expand-template /etc/filter: done, 1 file",
      ]),
    );
  });

  it("tells of a file that expand-template could not write that it was refused, and why", async () => {
    mkdirSync(server.at("/etc"));
    symlinkSync("/proc/nowhere", server.at("/etc/dangling"));
    server.template("/etc/dangling/file", { "10.hbs": "text\n" });
    const { exit, stderr } = await server.expand("/etc/dangling/file");
    expect(exit).not.toBe(0);
    expect(stderr).toContain("/etc/dangling");
    expect(await server.applies()).toEqual(["expand-template /etc/dangling/file: refused"]);
    expect(await server.done("diff", "1")).toMatch(/: refused\n.*\/etc\/dangling/);
  });

  it("--json has each apply with its event, arguments, outcome and files", async () => {
    await server.kill("12");
    await server.applied("nethserver-mail-filter-save", "an argument");
    const [apply, change] = await server.history();
    const at = expect.any(Number);
    const author = { actor: "tester", via: expect.any(String) };
    expect(apply).toEqual({
      kind: "apply",
      revision: 2,
      at,
      ...author,
      event: "nethserver-mail-filter-save",
      args: ["an argument"],
      settings: 1,
      outcome: "done",
      detail: "",
      files: [
        { path: "/etc/filter", state: "new" },
        { path: "/etc/notes", state: "new" },
      ],
    });
    const row = { revision: 1, at, ...author, database: "configuration", key: "rspamd" };
    expect(change).toEqual({
      kind: "change",
      revision: 1,
      changes: [
        { ...row, name: "type", new: "service" },
        { ...row, name: "SpamKillLevel", new: "12" },
      ],
    });
  });
});

describe("mailwright diff", () => {
  let server: Server;
  beforeEach(async () => {
    server = newServer();
    await server.kill("12");
    await server.applied("nethserver-mail-filter-save");
    await server.kill("13");
    await server.done("apply");
  });

  it("of a change shows the properties", async () => {
    expect(lines(await server.done("diff", "3"))).toEqual([
      "3  TIME  tester (script)  configuration rspamd SpamKillLevel: 12 → 13",
    ]);
    expect(JSON.parse(await server.done("diff", "--json", "3"))).toMatchObject({
      kind: "change",
      changes: [{ name: "SpamKillLevel", old: "12", new: "13" }],
    });
  });

  it("of an apply shows the differences of its files, as they were then", async () => {
    server.put(server.at("/etc/filter"), "another\n");
    const shown = lines(await server.done("diff", "4"));
    expect(shown[0]).toBe("4  TIME  tester (script)  apply nethserver-mail-filter-save: done, 1 file");
    expect(shown).toContain("--- /etc/filter");
    expect(shown).toContain("-kill 12");
    expect(shown).toContain("+kill 13");
    const { files } = JSON.parse(await server.done("diff", "--json", "4"));
    expect(files).toEqual([
      { path: "/etc/filter", state: "changed", diff: expect.stringContaining("-kill 12\n+kill 13\n") },
    ]);
  });

  it("of an apply that was refused says why", async () => {
    server.fragment("/etc/filter", "20.hbs", "{{nonsense}}\n", "site");
    await server.signal("nethserver-mail-filter-save");
    const { stdout } = await server.mailwright("diff", "5");
    expect(stdout).toMatch(/: refused\n.*\/etc\/filter\/20\.hbs:1: /);
  });

  it("shows no secret of a change, nor of a file, now or after the secret is another", async () => {
    const secrets = ["S3cretOfMine", "An0therOne"];
    server.template("/etc/secret", { "10.hbs": "password {{config.rspamd.Password}}\n" });
    server.event("nethserver-mail-filter-save", "templates: [/etc/secret]\n", "site");
    for (const secret of secrets) {
      await server.config("setprop", "rspamd", "Password", secret);
      await server.done("apply");
      expect(server.body("/etc/secret")).toBe(`password ${secret}\n`);
    }
    for (const revision of ["5", "6", "7", "8"])
      for (const option of [[], ["--json"]]) {
        const text = await server.done("diff", ...option, revision);
        expect(text).toMatch(/••••••|holds secrets/);
        for (const secret of secrets) expect(text).not.toContain(secret);
      }
    expect(await server.done("history")).not.toMatch(/S3cretOfMine|An0therOne/);
  });

  it("of revision 0 is the empty beginning; of one that is not there it says which is the newest", async () => {
    expect(await server.done("diff", "0")).toBe("Revision 0 is the empty beginning.\n");
    expect(await server.mailwright("diff", "9")).toEqual({
      exit: 1,
      stdout: "",
      stderr: "mailwright diff: there is no revision 9\n  The newest is 4. See: mailwright history\n",
    });
    for (const word of ["x", "", "-1", "1.5", "0x1"]) {
      const { exit, stderr } = await server.mailwright("diff", "--", word);
      expect(exit).toBe(3);
      expect(stderr).toContain("accepted: a number from 0 to 4");
    }
  });
});
