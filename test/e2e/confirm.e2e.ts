import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Container, startContainer } from "./container/container.ts";
import { journalctl, smtpSend, waitFor, XJS } from "./container/mail.ts";
import {
  contentsOf,
  deliver,
  lastApply,
  offeredSize,
  repeat,
  reset,
  setUpMailServer,
  stranger,
} from "./container/mail-server.ts";
import { debPath, rootCache } from "./places.ts";

const event = "nethserver-mail-common-save";
const timer = "mailwright-confirm.timer";

/** What was applied with --confirm goes back by itself, unless somebody says in time that it shall stay. */
describe("an apply that is to be confirmed", () => {
  let container: Container;
  const run = (...argv: string[]) => container.run(argv);
  const must = (...argv: string[]) => container.must(argv);
  const setSize = (size: string) => must("config", "setprop", "postfix", "MessageSizeMax", size);
  const timers = () => must("systemctl", "list-timers", "--all", "--no-legend");
  const unitFiles = () => must("find", "/etc/systemd/system", "-name", "mailwright-confirm*");
  const filterIs = async () => (await run("systemctl", "is-active", "rspamd")).stdout.trim();
  const isRefused = async () => {
    const to = ["john@domain.org"];
    return (await smtpSend(container, { from: stranger, to, body: XJS })).last.code === 554;
  };
  const answersWith = (size: string) =>
    waitFor(async () => (await offeredSize(container).catch(() => "")) === size, 60);
  /** Files and settings. */
  const state = async () => [await contentsOf(container), await must("config", "export")];

  /** Nothing is left of the timer, and nothing waits. */
  async function expectSettled(outcome: string): Promise<void> {
    await waitFor(async () => (await unitFiles()) === "");
    expect(await timers()).not.toContain(timer);
    expect(await run("mailwright", "status")).toMatchObject({ exit: 0 });
    expect(await lastApply(container)).toMatchObject({ outcome });
    expect((await run("mailwright", "confirm")).stderr).toContain("nothing waits to be confirmed");
  }

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath(), persistent: true });
    await setUpMailServer(container);
  });
  afterEach(() => reset(container));
  afterAll(() => container?.stop());

  test("goes back by its timer: files, settings, and what the daemons do", async () => {
    const before = await state();
    expect(await isRefused()).toBe(true);
    const start = Date.now();
    await must("config", "setprop", "rspamd", "status", "disabled");
    const done = await run("signal-event", "--confirm", "20s", "nethserver-mail-filter-save");
    expect(done.exit).toBe(0);
    expect(done.stderr).toMatch(
      /NOT CONFIRMED YET: everything goes back at .* unless you type: mailwright confirm/,
    );
    expect(await filterIs()).toBe("inactive");
    expect(await isRefused()).toBe(false);
    expect(await timers()).toContain(timer);
    const status = await run("mailwright", "status");
    expect(status.exit).toBe(2);
    expect(status.stdout).toMatch(/^Not confirmed: revision \d+ goes back at /m);
    expect(await lastApply(container)).toMatchObject({ outcome: "unconfirmed" });

    await waitFor(async () => (await filterIs()) === "active", 60);
    const seconds = (Date.now() - start) / 1000;
    await waitFor(isRefused, 30);
    await expectSettled("restored");
    const whole = (Date.now() - start) / 1000;
    console.log(
      `--confirm 20s: Rspamd runs again after ${seconds.toFixed(1)} s, all is back after ${whole.toFixed(1)} s`,
    );
    expect(seconds).toBeGreaterThan(19);
    expect(whole).toBeLessThan(40);
    expect(await state()).toEqual(before);
    expect((await must("systemctl", "is-enabled", "rspamd")).trim()).toBe("enabled");
    const log = await journalctl(container, "-t", "mailwright");
    expect(log).toMatch(/NOT CONFIRMED YET: everything goes back at /);
    expect(log).toMatch(/the apply of revision \d+ was not confirmed; everything is as it was before it/);
    await repeat(container, "nethserver-mail-filter-save");
  });

  test("stays when it is confirmed in time, and the timer is gone", async () => {
    await setSize("30000000");
    const start = Date.now();
    expect((await run("signal-event", "--confirm", "20s", event)).exit).toBe(0);
    await answersWith("30000000");
    expect(await must("mailwright", "confirm")).toMatch(/^Confirmed: revision \d+ stays\.$/m);
    const after = await state();
    await expectSettled("confirmed");
    await sleep(Math.max(0, start + 23_000 - Date.now()));
    expect(await state()).toEqual(after);
    expect(await offeredSize(container)).toBe("30000000");
    await repeat(container, event);
  });

  test("takes a later apply with it, also when it is told to go back at once", async () => {
    const before = await state();
    await setSize("31000000");
    expect((await run("signal-event", "--confirm", "10m", event)).exit).toBe(0);
    await must("config", "setprop", "rspamd", "SpamKillLevel", "15");
    const later = await run("signal-event", "nethserver-mail-filter-save");
    expect(later.exit).toBe(0);
    expect(later.stderr).toMatch(
      /an earlier apply is not confirmed: at .* it goes back, and this one with it/,
    );
    const another = await run("signal-event", "--confirm", "10m", event);
    expect(another.exit).toBe(3);
    expect(another.stderr).toContain("an apply waits already to be confirmed");
    await answersWith("31000000");
    expect(await container.read("/etc/rspamd/local.d/actions.conf")).toContain("reject = 15;");

    const start = Date.now();
    const back = await run("mailwright", "confirm", "--restore");
    console.log(`confirm --restore: ${((Date.now() - start) / 1000).toFixed(1)} s`);
    expect(back.exit).toBe(0);
    expect(back.stderr).toContain("everything is as it was before it");
    await answersWith("30000000");
    expect(await state()).toEqual(before);
    await expectSettled("restored");
    await repeat(container, event);
    await repeat(container, "nethserver-mail-filter-save");
  });

  for (const powerCut of [false, true]) {
    const how = powerCut ? "after a power failure" : "by a shutdown";
    test(`a deadline that passes while the machine is off ${how} is made good at the next boot`, async () => {
      const before = await state();
      await setSize("32000000");
      expect((await run("signal-event", "--confirm", "15s", event)).exit).toBe(0);
      await answersWith("32000000");
      const deadline = Date.now() + 15_000;
      let start = 0;
      const whileOff = async () => {
        await sleep(Math.max(0, deadline - Date.now()));
        start = Date.now();
      };
      await container.reboot({ powerCut, whileOff });
      await answersWith("30000000");
      await expectSettled("restored");
      console.log(
        `off ${how}: all is back ${((Date.now() - start) / 1000).toFixed(1)} s after the boot began`,
      );
      expect(await state()).toEqual(before);
      const log = await journalctl(container, "-t", "mailwright");
      expect(log).toMatch(/the apply of revision \d+ was not confirmed; everything is as it was before it/);
      await deliver(container);
      await repeat(container, event);
    });
  }

  test("waits for its deadline over a power failure", async () => {
    const before = await state();
    await setSize("32000000");
    expect((await run("signal-event", "--confirm", "10m", event)).exit).toBe(0);
    await container.reboot({ powerCut: true });
    expect(await timers()).toContain(timer);
    await answersWith("32000000");
    expect((await run("mailwright", "confirm", "--restore")).exit).toBe(0);
    await answersWith("30000000");
    expect(await state()).toEqual(before);
    await expectSettled("restored");
    await deliver(container);
    await repeat(container, event);
  });
});
