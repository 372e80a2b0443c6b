import { chmodSync, rmSync } from "node:fs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { applied, appliedServer, deadlinePasses, minute, outcomesOf } from "./confirming.ts";
import { fakeMachine } from "./fake-system.ts";
import type { Server } from "./server.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

describe("an apply that is not confirmed", () => {
  let server: Server;
  beforeEach(async () => {
    server = await appliedServer();
  });

  it.each([
    ["at its time", deadlinePasses],
    [
      "by confirm --restore",
      async () => {
        const { exit, stderr } = await server.mailwright("confirm", "--restore");
        expect(exit).toBe(0);
        expect(stderr).toMatch(
          /^mailwright confirm: the apply of revision 5 was not confirmed; everything is as it was before it: 3 files put back; rspamd reload; 2 settings taken back\n$/,
        );
      },
    ],
  ])("goes back %s: files, modes, services and settings, and nothing waits", async (_, goBack) => {
    chmodSync(server.at("/etc/notes"), 0o640);
    rmSync(server.at("/etc/filter"));
    await server.kill("13");
    await server.db("accounts", "set", "john", "user");
    await applied(server);
    expect(server.body("/etc/users")).toBe("john\n");
    await goBack(server);
    expect(server.read("/etc/filter")).toBeUndefined();
    expect(server.mode("/etc/notes")).toBe("0640");
    expect(server.read("/etc/users")).toBeUndefined();
    expect(fakeMachine.units.verbs).toEqual(["rspamd reload", "rspamd reload"]);
    expect(await server.config("getprop", "rspamd", "SpamKillLevel")).toBe("12\n");
    expect((await server.run("db", ["accounts", "gettype", "john"])).exit).toBe(1);
    expect(await outcomesOf(server)).toEqual(["done", "restored"]);
    expect(await server.pending()).toEqual([]);
    expect(await server.done("apply")).toBe("Nothing is waiting to be applied.\n");
  });

  it("goes back on its own root, and tells nobody on the terminals of this machine", async () => {
    const told: string[] = [];
    fakeMachine.programs.set("wall", (argv) => {
      told.push(argv.join(" "));
      return { exit: 0, stdout: "", stderr: "", timedOut: false };
    });
    await server.kill("13");
    await applied(server);
    await deadlinePasses(server);
    expect(server.body("/etc/filter")).toBe("kill 12\n");
    expect(told).toEqual([]);
  });

  it("a later apply joins it: that is said, and it goes back too, its settings as well", async () => {
    await server.kill("13");
    await applied(server);
    await server.kill("14");
    await server.db("accounts", "set", "john", "user");
    expect(await applied(server, "apply")).toMatch(
      /an earlier apply is not confirmed: at .* it goes back, and this one with it, unless you type: mailwright confirm\n$/,
    );
    expect(await outcomesOf(server)).toEqual(["done", "unconfirmed", "unconfirmed"]);
    await deadlinePasses(server);
    expect(server.body("/etc/filter")).toBe("kill 12\n");
    expect(server.read("/etc/users")).toBeUndefined();
    expect(await server.config("getprop", "rspamd", "SpamKillLevel")).toBe("12\n");
    expect((await server.run("db", ["accounts", "gettype", "john"])).exit).toBe(1);
    expect(await outcomesOf(server)).toEqual(["done", "restored", "restored"]);
  });

  it("a file that expand-template wrote meanwhile goes back too", async () => {
    await server.kill("13");
    await applied(server);
    server.fragment("/etc/notes", "20.hbs", "more\n", "site");
    expect((await server.expand("/etc/notes")).exit).toBe(0);
    expect(server.body("/etc/notes")).toBe("notify disabled\nmore\n");
    await deadlinePasses(server);
    expect(server.body("/etc/notes")).toBe("notify disabled\n");
    expect(await outcomesOf(server)).toEqual(["done", "restored", "restored"]);
  });

  it("what was set to another value since stays set, and waits; so does what was never applied", async () => {
    await server.kill("13");
    await applied(server);
    await server.kill("14");
    await server.config("setprop", "rspamd", "SpamNotificationStatus", "enabled");
    await deadlinePasses(server);
    expect(server.body("/etc/filter")).toBe("kill 12\n");
    expect(await server.pending()).toEqual([
      "rspamd SpamKillLevel 14",
      "rspamd SpamNotificationStatus enabled",
    ]);
    await server.done("apply");
    expect(server.body("/etc/filter")).toBe("kill 14\n");
  });

  it("of rollback goes back to before the rollback", async () => {
    await server.kill("13");
    await server.done("apply");
    await applied(server, "rollback", "--confirm", "10m", "2");
    expect(server.body("/etc/filter")).toBe("kill 12\n");
    await deadlinePasses(server);
    expect(server.body("/etc/filter")).toBe("kill 13\n");
    expect(await server.config("getprop", "rspamd", "SpamKillLevel")).toBe("13\n");
    expect(await server.pending()).toEqual([]);
  });

  it("of a delete event brings the record back, and nothing waits", async () => {
    await server.db("accounts", "set", "john", "user", "PasswordHash", "{PLAIN}one");
    await server.done("apply");
    await applied(server, "signal-event", "--confirm", "10m", "user-delete", "john");
    expect((await server.run("db", ["accounts", "gettype", "john"])).exit).toBe(1);
    await deadlinePasses(server);
    expect(await server.db("accounts", "getprop", "john", "PasswordHash")).toBe("{PLAIN}one\n");
    expect(server.body("/etc/users")).toBe("john\n");
    expect(await server.pending()).toEqual([]);
  });

  describe("whose time passed while nothing could act on it, such as in a reboot", () => {
    beforeEach(async () => {
      await server.kill("13");
      await applied(server);
      fakeMachine.ahead = 11 * minute;
    });

    it.each([
      ["apply", ["apply"]],
      ["an event", ["signal-event", "nethserver-mail-filter-save"]],
      ["rollback", ["rollback", "4"]],
    ])("goes back before %s does anything, and that is said", async (_, args) => {
      vi.setSystemTime(Date.now() + fakeMachine.ahead);
      fakeMachine.ahead = 0;
      try {
        const { exit, stderr } = await server.mailwright(...args);
        expect(exit).toBe(0);
        expect(stderr).toContain(
          "the apply of revision 4 was not confirmed; everything is as it was before it",
        );
      } finally {
        vi.useRealTimers();
      }
      const level = args[0] === "rollback" ? "13" : "12";
      expect(server.body("/etc/filter")).toBe(`kill ${level}\n`);
      expect(await server.config("getprop", "rspamd", "SpamKillLevel")).toBe(`${level}\n`);
      expect((await outcomesOf(server)).slice(0, 2)).toEqual(["done", "restored"]);
    });

    it("makes room for another --confirm", async () => {
      await server.kill("14");
      const told = await applied(server, "apply", "--confirm", "10m");
      expect(told).toContain("the apply of revision 4 was not confirmed");
      expect(told).toContain("NOT CONFIRMED YET");
      expect(server.body("/etc/filter")).toBe("kill 14\n");
    });
  });

  it("whose daemon does not run is restored at once, with status 5, and leaves nothing to confirm", async () => {
    await server.kill("13");
    fakeMachine.units.dying.add("rspamd reload");
    const { exit } = await server.mailwright("apply", "--confirm", "10m");
    expect(exit).toBe(5);
    expect(server.body("/etc/filter")).toBe("kill 12\n");
    expect((await server.mailwright("confirm")).exit).toBe(1);
    expect(await outcomesOf(server)).toEqual(["done", "restored"]);
    expect(await server.pending()).toEqual(["rspamd SpamKillLevel 13"]);
  });
});
