import { beforeEach, describe, expect, it, vi } from "vitest";
import { applied, appliedServer, deadlinePasses, minute, outcomesOf } from "./confirming.ts";
import { fakeMachine } from "./fake-system.ts";
import type { Server } from "./server.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

describe("an apply with --confirm", () => {
  let server: Server;
  beforeEach(async () => {
    server = await appliedServer();
  });

  it("says when it goes back and what to type, and leaves a process that does it", async () => {
    await server.kill("13");
    const before = Date.now();
    expect(await applied(server)).toMatch(
      /^mailwright apply: NOT CONFIRMED YET: everything goes back at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d unless you type: mailwright confirm\n$/,
    );
    expect(server.body("/etc/filter")).toBe("kill 13\n");
    const [argv = [], ...others] = fakeMachine.left;
    expect(others).toEqual([]);
    expect(argv.slice(1, -1)).toEqual(["confirm", "--root", server.root, "--deadline"]);
    const deadline = Number(argv.at(-1));
    expect(deadline).toBeGreaterThanOrEqual(before + 10 * minute);
    expect(deadline).toBeLessThanOrEqual(Date.now() + 10 * minute);
    expect(await outcomesOf(server)).toEqual(["done", "unconfirmed"]);
    expect(await server.pending()).toEqual([]);
  });

  it("that is confirmed in time stays, whatever the timer does then", async () => {
    await server.kill("13");
    await applied(server);
    expect(await server.done("confirm")).toBe("Confirmed: revision 4 stays.\n");
    expect(await outcomesOf(server)).toEqual(["done", "confirmed"]);
    await deadlinePasses(server);
    expect(server.body("/etc/filter")).toBe("kill 13\n");
    expect(await server.config("getprop", "rspamd", "SpamKillLevel")).toBe("13\n");
    expect(await server.done("status")).toContain("nothing waits");
  });

  it.each([
    ["apply", ["apply", "--confirm", "5m"]],
    ["rollback", ["rollback", "--confirm", "5m", "1"]],
    ["signal-event", ["signal-event", "--confirm", "5m", "nethserver-mail-filter-save"]],
  ])("a second one, of %s, is refused while the first waits, and leaves no trace", async (_, args) => {
    await server.kill("13");
    await applied(server);
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

  it("a later apply that joined it is confirmed with it", async () => {
    await server.kill("13");
    await applied(server);
    await server.kill("14");
    await applied(server, "apply");
    await server.done("confirm");
    expect(await outcomesOf(server)).toEqual(["done", "confirmed", "confirmed"]);
    await deadlinePasses(server);
    expect(server.body("/etc/filter")).toBe("kill 14\n");
  });

  it("that changes nothing leaves nothing to confirm", async () => {
    expect(
      await applied(server, "signal-event", "--confirm", "10m", "nethserver-mail-filter-save"),
    ).toContain("nothing was changed: there is nothing to confirm");
    expect((await server.mailwright("confirm")).exit).toBe(1);
  });

  it("that is refused leaves nothing to confirm, and what the timer runs does nothing", async () => {
    await server.kill("13");
    server.fragment("/etc/notes", "20.hbs", "{{nonsense}}\n", "site");
    expect((await server.mailwright("apply", "--confirm", "10m")).exit).toBe(1);
    expect((await server.mailwright("confirm")).exit).toBe(1);
    await deadlinePasses(server);
    expect(await server.pending()).toEqual(["rspamd SpamKillLevel 13"]);
    expect(await outcomesOf(server)).toEqual(["done", "refused"]);
  });

  it("that fails at a script after its files are written waits to be confirmed, and that is said", async () => {
    await server.kill("13");
    server.script("nethserver-mail-filter-save", "S20-fail", "exit 3");
    const { exit, stderr } = await server.mailwright("apply", "--confirm", "10m");
    expect(exit).toBe(1);
    expect(stderr).toContain("NOT CONFIRMED YET");
    await deadlinePasses(server);
    expect(server.body("/etc/filter")).toBe("kill 12\n");
    expect(await server.pending()).toEqual(["rspamd SpamKillLevel 13"]);
  });

  it("that follows a confirmed one goes back to that, and the timer of the first does nothing to it", async () => {
    await server.kill("13");
    await applied(server);
    await server.done("confirm");
    await server.kill("14");
    fakeMachine.ahead = 5 * minute;
    await applied(server);
    await deadlinePasses(server);
    expect(server.body("/etc/filter")).toBe("kill 14\n");
    expect(await outcomesOf(server)).toEqual(["done", "confirmed", "unconfirmed"]);
    expect((await server.mailwright("confirm", "--restore")).exit).toBe(0);
    expect(server.body("/etc/filter")).toBe("kill 13\n");
    expect(await outcomesOf(server)).toEqual(["done", "confirmed", "restored"]);
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
    await applied(server);
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
