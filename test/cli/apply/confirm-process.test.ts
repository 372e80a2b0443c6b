import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { runBuilt } from "../built-executable.ts";
import type { Outcome } from "../run-cli.ts";
import { newServer, type Server } from "./server.ts";

/** Below another root no systemd is asked, so that the timer is a process of its own. */
describe("an apply with --confirm, without systemd", () => {
  let server: Server;
  beforeEach(async () => {
    server = newServer();
    await server.kill("12");
    await server.done("apply");
    await server.kill("13");
  });

  const built = (...args: string[]): Promise<Outcome> =>
    runBuilt("mailwright", args, { root: server.root, env: { MAILWRIGHT_SHARE: server.share } });

  /** Waits until the filter has this level, for ten seconds at most. */
  async function becomes(level: string): Promise<void> {
    for (let tries = 0; tries < 100 && server.body("/etc/filter") !== `kill ${level}\n`; tries++)
      await sleep(100);
    expect(server.body("/etc/filter")).toBe(`kill ${level}\n`);
  }

  it("goes back by itself after the time, after the process that applied has ended", async () => {
    const start = Date.now();
    const { exit, stderr } = await built("apply", "--confirm", "1s");
    expect(exit).toBe(0);
    expect(stderr).toContain("NOT CONFIRMED YET");
    expect(server.body("/etc/filter")).toBe("kill 13\n");
    await becomes("12");
    expect(Date.now() - start).toBeGreaterThan(1000);
    for (let tries = 0; tries < 50 && (await server.applies()).at(-1)?.endsWith("unconfirmed"); tries++)
      await sleep(100);
    expect(await server.applies()).toEqual([
      "apply nethserver-mail-filter-save: done",
      "apply nethserver-mail-filter-save: restored",
    ]);
    expect(await server.config("getprop", "rspamd", "SpamKillLevel")).toBe("12\n");
    expect(await server.config("changes")).toBe("Nothing is waiting to be applied.\n");
  });

  it("stays where it is confirmed in time", async () => {
    expect((await built("apply", "--confirm", "2s")).exit).toBe(0);
    expect(await built("confirm")).toMatchObject({ exit: 0, stdout: "Confirmed: revision 4 stays.\n" });
    await sleep(3500);
    expect(server.body("/etc/filter")).toBe("kill 13\n");
    expect((await server.applies()).at(-1)).toBe("apply nethserver-mail-filter-save: confirmed");
  });
});
