import { chmodSync, rmSync } from "node:fs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { fakeMachine } from "./fake-system.ts";
import { newServer, type Server } from "./server.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

const minute = 60_000;

describe("an apply with --confirm", () => {
  let server: Server;
  beforeEach(async () => {
    fakeMachine.reset();
    fakeMachine.units.units.set("rspamd", { load: "loaded", active: true, enabled: true });
    server = newServer();
    await server.kill("12");
    await server.done("apply");
    fakeMachine.units.verbs.length = 0;
  });

  /** Applies what waits, to be confirmed within ten minutes. */
  async function applied(...args: string[]): Promise<string> {
    const { exit, stdout, stderr } = await server.mailwright(
      ...(args.length === 0 ? ["apply", "--confirm", "10m"] : args),
    );
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: "" });
    return stderr;
  }

  /** What the timer runs, at the time for which it was set. */
  async function deadlinePasses(): Promise<void> {
    const [argv = []] = fakeMachine.left;
    fakeMachine.ahead = 11 * minute;
    const [, ...args] = argv;
    expect((await server.mailwright(...args)).exit).toBe(0);
  }

  const outcomes = async (): Promise<string[]> =>
    (await server.applies()).map((line) => line.slice(line.lastIndexOf(" ") + 1));

  it("says when it goes back and what to type, and leaves a process that does it", async () => {
    await server.kill("13");
    const before = Date.now();
    expect(await applied()).toMatch(
      /^mailwright apply: NOT CONFIRMED YET: everything goes back at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d unless you type: mailwright confirm\n$/,
    );
    expect(server.body("/etc/filter")).toBe("kill 13\n");
    const [argv = [], ...others] = fakeMachine.left;
    expect(others).toEqual([]);
    expect(argv.slice(1, -1)).toEqual(["confirm", "--root", server.root, "--deadline"]);
    const deadline = Number(argv.at(-1));
    expect(deadline).toBeGreaterThanOrEqual(before + 10 * minute);
    expect(deadline).toBeLessThanOrEqual(Date.now() + 10 * minute);
    expect(await outcomes()).toEqual(["done", "unconfirmed"]);
    expect(await server.pending()).toEqual([]);
  });

  it("that is confirmed in time stays, whatever the timer does then", async () => {
    await server.kill("13");
    await applied();
    expect(await server.done("confirm")).toBe("Confirmed: revision 4 stays.\n");
    expect(await outcomes()).toEqual(["done", "confirmed"]);
    await deadlinePasses();
    expect(server.body("/etc/filter")).toBe("kill 13\n");
    expect(await server.config("getprop", "rspamd", "SpamKillLevel")).toBe("13\n");
    expect(await server.done("status")).toContain("nothing waits");
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
    await applied();
    expect(server.body("/etc/users")).toBe("john\n");
    await goBack();
    expect(server.read("/etc/filter")).toBeUndefined();
    expect(server.mode("/etc/notes")).toBe("0640");
    expect(server.read("/etc/users")).toBeUndefined();
    expect(fakeMachine.units.verbs).toEqual(["rspamd reload", "rspamd reload"]);
    expect(await server.config("getprop", "rspamd", "SpamKillLevel")).toBe("12\n");
    expect((await server.run("db", ["accounts", "gettype", "john"])).exit).toBe(1);
    expect(await outcomes()).toEqual(["done", "restored"]);
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
    await applied();
    await deadlinePasses();
    expect(server.body("/etc/filter")).toBe("kill 12\n");
    expect(told).toEqual([]);
  });

  it.each([
    ["apply", ["apply", "--confirm", "5m"]],
    ["rollback", ["rollback", "--confirm", "5m", "1"]],
    ["signal-event", ["signal-event", "--confirm", "5m", "nethserver-mail-filter-save"]],
  ])("a second one, of %s, is refused while the first waits, and leaves no trace", async (_, args) => {
    await server.kill("13");
    await applied();
    await server.kill("14");
    const before = await server.history();
    const { exit, stderr } = await server.mailwright(...args);
    expect(exit).toBe(3);
    expect(stderr).toMatch(/an apply waits already to be confirmed, until \d{4}-/);
    expect(stderr).toContain("accepted: mailwright confirm, or mailwright confirm --restore, first.");
    expect(server.body("/etc/filter")).toBe("kill 13\n");
    expect(fakeMachine.left).toHaveLength(1);
    expect(await server.history()).toEqual(before);
  });

  it("a later apply joins it: that is said, and it goes back too, its settings as well", async () => {
    await server.kill("13");
    await applied();
    await server.kill("14");
    await server.db("accounts", "set", "john", "user");
    expect(await applied("apply")).toMatch(
      /an earlier apply is not confirmed: at .* it goes back, and this one with it, unless you type: mailwright confirm\n$/,
    );
    expect(await outcomes()).toEqual(["done", "unconfirmed", "unconfirmed"]);
    await deadlinePasses();
    expect(server.body("/etc/filter")).toBe("kill 12\n");
    expect(server.read("/etc/users")).toBeUndefined();
    expect(await server.config("getprop", "rspamd", "SpamKillLevel")).toBe("12\n");
    expect((await server.run("db", ["accounts", "gettype", "john"])).exit).toBe(1);
    expect(await outcomes()).toEqual(["done", "restored", "restored"]);
  });

  it("a later apply that joined it is confirmed with it", async () => {
    await server.kill("13");
    await applied();
    await server.kill("14");
    await applied("apply");
    await server.done("confirm");
    expect(await outcomes()).toEqual(["done", "confirmed", "confirmed"]);
    await deadlinePasses();
    expect(server.body("/etc/filter")).toBe("kill 14\n");
  });

  it("a file that expand-template wrote meanwhile goes back too", async () => {
    await server.kill("13");
    await applied();
    server.fragment("/etc/notes", "20.hbs", "more\n", "site");
    expect((await server.expand("/etc/notes")).exit).toBe(0);
    expect(server.body("/etc/notes")).toBe("notify disabled\nmore\n");
    await deadlinePasses();
    expect(server.body("/etc/notes")).toBe("notify disabled\n");
    expect(await outcomes()).toEqual(["done", "restored", "restored"]);
  });

  it("what was set to another value since stays set, and waits; so does what was never applied", async () => {
    await server.kill("13");
    await applied();
    await server.kill("14");
    await server.config("setprop", "rspamd", "SpamNotificationStatus", "enabled");
    await deadlinePasses();
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
    await applied("rollback", "--confirm", "10m", "2");
    expect(server.body("/etc/filter")).toBe("kill 12\n");
    await deadlinePasses();
    expect(server.body("/etc/filter")).toBe("kill 13\n");
    expect(await server.config("getprop", "rspamd", "SpamKillLevel")).toBe("13\n");
    expect(await server.pending()).toEqual([]);
  });

  it("of a delete event brings the record back, and nothing waits", async () => {
    await server.db("accounts", "set", "john", "user", "PasswordHash", "{PLAIN}one");
    await server.done("apply");
    await applied("signal-event", "--confirm", "10m", "user-delete", "john");
    expect((await server.run("db", ["accounts", "gettype", "john"])).exit).toBe(1);
    await deadlinePasses();
    expect(await server.db("accounts", "getprop", "john", "PasswordHash")).toBe("{PLAIN}one\n");
    expect(server.body("/etc/users")).toBe("john\n");
    expect(await server.pending()).toEqual([]);
  });

  describe("whose time passed while nothing could act on it, such as in a reboot", () => {
    beforeEach(async () => {
      await server.kill("13");
      await applied();
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
      expect((await outcomes()).slice(0, 2)).toEqual(["done", "restored"]);
    });

    it("makes room for another --confirm", async () => {
      await server.kill("14");
      const told = await applied("apply", "--confirm", "10m");
      expect(told).toContain("the apply of revision 4 was not confirmed");
      expect(told).toContain("NOT CONFIRMED YET");
      expect(server.body("/etc/filter")).toBe("kill 14\n");
    });
  });

  it("that changes nothing leaves nothing to confirm", async () => {
    expect(await applied("signal-event", "--confirm", "10m", "nethserver-mail-filter-save")).toContain(
      "nothing was changed: there is nothing to confirm",
    );
    expect((await server.mailwright("confirm")).exit).toBe(1);
  });

  it("that is refused leaves nothing to confirm, and what the timer runs does nothing", async () => {
    await server.kill("13");
    server.fragment("/etc/notes", "20.hbs", "{{nonsense}}\n", "site");
    expect((await server.mailwright("apply", "--confirm", "10m")).exit).toBe(1);
    expect((await server.mailwright("confirm")).exit).toBe(1);
    await deadlinePasses();
    expect(await server.pending()).toEqual(["rspamd SpamKillLevel 13"]);
    expect(await outcomes()).toEqual(["done", "refused"]);
  });

  it("that fails at a script after its files are written waits to be confirmed, and that is said", async () => {
    await server.kill("13");
    server.script("nethserver-mail-filter-save", "S20-fail", "exit 3");
    const { exit, stderr } = await server.mailwright("apply", "--confirm", "10m");
    expect(exit).toBe(1);
    expect(stderr).toContain("NOT CONFIRMED YET");
    await deadlinePasses();
    expect(server.body("/etc/filter")).toBe("kill 12\n");
    expect(await server.pending()).toEqual(["rspamd SpamKillLevel 13"]);
  });

  it("whose daemon does not run is restored at once, with status 5, and leaves nothing to confirm", async () => {
    await server.kill("13");
    fakeMachine.units.dying.add("rspamd reload");
    const { exit } = await server.mailwright("apply", "--confirm", "10m");
    expect(exit).toBe(5);
    expect(server.body("/etc/filter")).toBe("kill 12\n");
    expect((await server.mailwright("confirm")).exit).toBe(1);
    expect(await outcomes()).toEqual(["done", "restored"]);
    expect(await server.pending()).toEqual(["rspamd SpamKillLevel 13"]);
  });

  it("that follows a confirmed one goes back to that, and the timer of the first does nothing to it", async () => {
    await server.kill("13");
    await applied();
    await server.done("confirm");
    await server.kill("14");
    fakeMachine.ahead = 5 * minute;
    await applied();
    await deadlinePasses();
    expect(server.body("/etc/filter")).toBe("kill 14\n");
    expect(await outcomes()).toEqual(["done", "confirmed", "unconfirmed"]);
    expect((await server.mailwright("confirm", "--restore")).exit).toBe(0);
    expect(server.body("/etc/filter")).toBe("kill 13\n");
    expect(await outcomes()).toEqual(["done", "confirmed", "restored"]);
  });

  it.each([[["confirm"]], [["confirm", "--restore"]]])(
    "%j where nothing waits has status 1 and says how an apply would wait",
    async (args) => {
      expect(await server.mailwright(...args)).toEqual({
        exit: 1,
        stdout: "",
        stderr:
          "mailwright confirm: nothing waits to be confirmed\n" +
          "  An apply waits where it was started with --confirm, such as: signal-event --confirm 10m EVENT\n",
      });
    },
  );

  it("confirm --json says which revision stays", async () => {
    await server.kill("13");
    await applied();
    expect(JSON.parse(await server.done("confirm", "--json"))).toEqual({ confirmed: 4 });
  });

  it.each([["soon"], [""], ["-1m"], ["1d"]])(
    "--confirm %j is refused with what is accepted",
    async (time) => {
      await server.kill("13");
      const { exit, stderr } = await server.mailwright("apply", `--confirm=${time}`);
      expect(exit).toBe(3);
      expect(stderr).toContain("accepted: a number with its unit, such as 10s or 5m");
      expect(server.body("/etc/filter")).toBe("kill 12\n");
    },
  );
});
