import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openLedger } from "../../../src/db/store.ts";
import { newServer, objects, type Server } from "./server.ts";

/** A server whose events each note in `$LOG` how they were called. */
function loggingServer(): Server {
  const server = newServer();
  const scripts = {
    "nethserver-mail-quarantine-save": "S20-notes",
    "nethserver-mail-filter-save": "S30-filter",
    "user-create": "S10-user",
  };
  for (const [event, name] of Object.entries(scripts))
    server.script(event, name, `echo "${name}: $*" >>"$LOG"`);
  return server;
}

describe("mailwright apply carries out", () => {
  it("the events of all databases, in the order in which their settings were set", async () => {
    const server = loggingServer();
    await server.kill("12");
    await server.db("accounts", "set", "john", "user");
    await server.done("apply");
    expect(server.log()).toEqual([
      "S20-notes: nethserver-mail-filter-save",
      "S30-filter: nethserver-mail-filter-save",
      "S10-user: user-create john",
    ]);
    const other = loggingServer();
    await other.db("accounts", "set", "john", "user");
    await other.kill("12");
    await other.done("apply");
    expect(other.log()[0]).toBe("S10-user: user-create john");
    expect(other.body("/etc/filter")).toBe("kill 12\n");
    expect(other.body("/etc/users")).toBe("john\n");
  });

  it("no event that another one carries out as well", async () => {
    const server = loggingServer();
    await server.config("setprop", "rspamd", "SpamNotificationStatus", "enabled");
    await server.kill("12");
    await server.done("apply");
    expect(await server.applies()).toEqual(["apply nethserver-mail-filter-save: done"]);
    expect(server.log()).toEqual([
      "S20-notes: nethserver-mail-filter-save",
      "S30-filter: nethserver-mail-filter-save",
    ]);
  });

  it("an event once for each record, all in one plan that makes every file once", async () => {
    const server = loggingServer();
    for (const key of ["john", "anna"]) await server.db("accounts", "set", key, "user");
    const { exit, stdout } = await server.mailwright("apply", "--json");
    expect(exit).toBe(0);
    const lines = objects(stdout);
    expect(lines[0]).toEqual({ event: "apply", args: ["user-create john", "user-create anna"], steps: 7 });
    const done = lines.filter(({ state }) => state === "done");
    expect(done.map(({ action, detail }) => `${action}: ${detail}`)).toEqual([
      "plan: 1 templates, 1 changed",
      "check: nothing to check",
      "commit: 1 file",
      "S10-user: ",
      "S10-user: ",
      "services: none affected",
      "verify: nothing to verify",
    ]);
    expect(lines.at(-1)).toEqual({ event: "apply", status: "success" });
    expect(server.log()).toEqual(["S10-user: user-create john", "S10-user: user-create anna"]);
    expect(server.body("/etc/users")).toBe("anna\njohn\n");
    expect((await server.history()).filter(({ kind }) => kind === "apply")).toHaveLength(1);
  });

  it("each script with its own event and arguments, in its environment too, whatever the key is", async () => {
    const server = newServer();
    server.script("user-create", "S20-tell", `printf '%s|' "$MAILWRIGHT_EVENT" "$@" >>"$LOG"; echo >>"$LOG"`);
    await server.db("--force", "accounts", "set", "it's me; $(id)", "user");
    await server.db("accounts", "set", "john", "user");
    await server.done("apply");
    expect(server.log()).toEqual([
      "user-create|user-create|it's me; $(id)|",
      "user-create|user-create|john|",
    ]);
  });

  it("a new record with all its properties by its own event alone", async () => {
    const server = loggingServer();
    await server.db("accounts", "set", "john", "user", "PasswordHash", "{PLAIN}one");
    expect(await server.db("accounts", "changes")).toContain(
      "To apply: signal-event user-create john\n      or: mailwright apply\n",
    );
    await server.done("apply");
    expect(server.log()).toEqual(["S10-user: user-create john"]);
    expect(await server.pending()).toEqual([]);
  });

  it("each event of a record by what became of the record", async () => {
    const server = newServer();
    for (const event of ["user-create", "user-modify", "user-delete"])
      server.script(event, `S20-${event}`, `echo "${event} $2" >>"$LOG"`);
    for (const key of ["john", "anna"]) await server.db("accounts", "set", key, "user");
    await server.done("apply");
    server.put(server.at("/log"), "");
    await server.db("accounts", "delete", "john");
    await server.done("apply");
    expect(server.log()).toEqual(["user-create john", "user-delete john"]);
    expect(server.body("/etc/users")).toBe("anna\n");
    expect((await server.applies()).at(-1)).toBe("apply user-delete john: done");
  });

  it("all of it or nothing: then nothing is pending, and it has nothing to do", async () => {
    const server = newServer();
    await server.kill("12");
    await server.db("accounts", "set", "john", "user");
    expect(await server.pending()).toEqual(["rspamd SpamKillLevel 12", "john type user"]);
    await server.done("apply");
    expect(await server.pending()).toEqual([]);
    expect(await server.config("changes")).toBe("Nothing is waiting to be applied.\n");
  });
});

describe("mailwright apply with nothing to apply", () => {
  it("says so, with status 0, and leaves no database and no entry", async () => {
    const server = newServer();
    expect(await server.done("apply")).toBe("Nothing is waiting to be applied.\n");
    expect(await server.done("apply", "--dry-run")).toBe("Nothing is waiting to be applied.\n");
    expect(JSON.parse(await server.done("apply", "--json"))).toEqual({ events: [] });
    expect(existsSync(server.at("/var/lib/mailwright/mailwright.db"))).toBe(false);
  });

  it("passes over what no event here applies", async () => {
    const server = newServer();
    await server.config("setprop", "dovecot", "KrbKeytabPath", "/etc/krb5.keytab");
    await server.config("setprop", "postfix", "MessageSizeMax", "30000000");
    expect(await server.done("apply")).toBe("Nothing is waiting to be applied.\n");
  });

  it("brings services to their files that an earlier apply did not get to, and makes no file", async () => {
    const server = newServer();
    await server.kill("12");
    await server.applied("nethserver-mail-filter-save");
    const ledger = openLedger(server.at("/var/lib/mailwright/mailwright.db"));
    ledger.recordServices([{ unit: "rspamd", wanted: "enabled", action: "restart" }]);
    ledger.close();
    const before = await server.applies();
    const lines = objects((await server.mailwright("apply", "--json")).stdout);
    expect(lines[0]).toEqual({ event: "apply", args: [], steps: 5 });
    expect(lines).toContainEqual(expect.objectContaining({ detail: "0 templates, 0 changed" }));
    expect(lines).toContainEqual(
      expect.objectContaining({ action: "services", detail: "rspamd is not installed: skipped" }),
    );
    expect(await server.applies()).toEqual(before);
  });
});

describe("mailwright apply --dry-run", () => {
  it("names the events, shows the plan, has status 2, and touches nothing", async () => {
    const server = loggingServer();
    await server.kill("12");
    await server.db("accounts", "set", "john", "user");
    const { exit, stdout, stderr } = await server.mailwright("apply", "--dry-run");
    expect(exit).toBe(2);
    expect(stderr.split("\n")).toEqual([
      "mailwright apply: would carry out nethserver-mail-filter-save",
      "mailwright apply: would carry out user-create john",
      "",
    ]);
    expect(stdout).toMatch(/^3 files would change, 0 would stay, 0 services would be adjusted\n/);
    expect(stdout).toContain("+kill 12\n");
    expect(stdout).toMatch(/^actions .*\/S10-user user-create john$/m);
    expect(server.read("/etc/filter")).toBeUndefined();
    expect(server.log()).toEqual([]);
    expect(await server.pending()).toHaveLength(2);
    expect(await server.applies()).toEqual([]);
  });

  it("has status 0 where the settings that wait change no file", async () => {
    const server = newServer();
    await server.kill("12");
    await server.done("apply");
    await server.kill("12.0");
    server.fragment("/etc/filter", "10.hbs", "kill 12\n");
    const { exit, stdout } = await server.mailwright("apply", "--dry-run");
    expect(exit).toBe(0);
    expect(stdout).toContain("0 files would change, 2 would stay");
  });

  it("--json has the events beside what a dry run of an event has", async () => {
    const server = newServer();
    await server.kill("12");
    const { stdout } = await server.mailwright("apply", "--dry-run", "--json");
    expect(JSON.parse(stdout)).toEqual({
      events: ["nethserver-mail-filter-save"],
      files: [
        { path: "/etc/filter", state: "new" },
        { path: "/etc/notes", state: "new" },
      ],
      tables: [],
      checks: [],
      actions: [],
      services: [],
    });
  });
});

describe("mailwright apply that fails", () => {
  it("before it has touched anything leaves all as it was, pending, and one entry however often", async () => {
    const server = newServer();
    await server.kill("12");
    await server.done("apply");
    await server.kill("13");
    await server.db("accounts", "set", "john", "user");
    server.fragment("/etc/users", "20.hbs", "{{nonsense}}\n", "site");
    for (const _ of [1, 2, 3]) {
      const { exit, stderr } = await server.mailwright("apply");
      expect(exit).toBe(1);
      expect(stderr).toContain("/etc/users/20.hbs:1");
    }
    expect(server.body("/etc/filter")).toBe("kill 12\n");
    expect(await server.pending()).toEqual(["rspamd SpamKillLevel 13", "john type user"]);
    expect(await server.applies()).toEqual([
      "apply nethserver-mail-filter-save: done",
      "apply nethserver-mail-filter-save user-create john: refused",
    ]);
  });

  it("at a script ends there; all of it waits, and the next one does it", async () => {
    const server = newServer();
    const script = server.script("nethserver-mail-filter-save", "S20-fail", "exit 7");
    server.script("user-create", "S20-create", 'echo "$2" >>"$LOG"');
    await server.kill("12");
    await server.db("accounts", "set", "john", "user");
    const { exit, stderr } = await server.mailwright("apply");
    expect(exit).toBe(1);
    expect(stderr).toContain("the action S20-fail failed with status 7");
    expect(server.log()).toEqual([]);
    expect(await server.pending()).toHaveLength(2);
    server.put(script, "#!/bin/sh\nexit 0\n", 0o755);
    await server.done("apply");
    expect(server.log()).toEqual(["john"]);
    expect((await server.applies()).map((line) => line.split(": ").at(-1))).toEqual(["failed", "done"]);
  });

  it("on settings that do not fit together says which, and touches nothing", async () => {
    const server = newServer();
    await server.config("--force", "setprop", "rspamd", "SpamKillLevel", "5");
    const { exit, stderr } = await server.mailwright("apply");
    expect(exit).toBe(3);
    expect(stderr).toContain("configuration rspamd SpamKillLevel");
    expect(server.read("/etc/filter")).toBeUndefined();
  });

  it("takes no argument, and says what it accepts by the name that it was called by", async () => {
    const { exit, stderr } = await newServer().mailwright("apply", "everything");
    expect(exit).toBe(3);
    expect(stderr).toBe(
      "mailwright apply: everything is one argument too many\n  accepted: mailwright apply [OPTION]…\n",
    );
  });
});
