import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Container, startContainer } from "./container/container.ts";
import { waitFor } from "./container/mail.ts";
import {
  contentsOf,
  deliver,
  events,
  filesOf,
  fragment,
  lastApply,
  offeredSize,
  processesOf,
  repeat,
  reset,
  setUpMailServer,
} from "./container/mail-server.ts";
import { debPath, rootCache } from "./places.ts";

const mainCf = "/etc/postfix/main.cf";
const masterCf = "/etc/postfix/master.cf";
const event = "nethserver-mail-common-save";
const mine = "127.0.0.1:8025 inet n - n - - smtpd\n";

/** What is left to do, what was changed by hand, and the way back, on a server that runs. */
describe("the state of the server", () => {
  let container: Container;
  const run = (...argv: string[]) => container.run(argv);
  const must = (...argv: string[]) => container.must(argv);
  const isServed = async (port: number) => (await must("ss", "-Hltn", `sport = :${port}`)) !== "";
  const script = (name: string, text: string) =>
    container.write(`${events}/${event}/${name}`, `#!/bin/sh\n${text}\n`, 0o755);
  /** The newest revision in the history. */
  const revision = async (): Promise<string> =>
    String(JSON.parse(await must("mailwright", "history", "--json"))[0].revision);

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    await setUpMailServer(container);
  });
  afterEach(() => reset(container));
  afterAll(() => container?.stop());

  for (const [title, ...next] of [
    ["mailwright apply", "mailwright", "apply"],
    ["the event of another setting", "signal-event", "notifications-save"],
  ] as const) {
    test(`files that a failed script left without their reload are reloaded by ${title}`, async () => {
      expect(await run("mailwright", "status")).toMatchObject({ exit: 0 });
      await container.write(fragment(masterCf), mine);
      await script("S50-fails", "echo the backup host is down >&2; exit 3");
      const failed = await run("signal-event", event);
      expect(failed.exit).toBe(1);
      expect(failed.stderr).toContain("the action S50-fails failed with status 3");
      expect(failed.stderr).toContain("the backup host is down");
      expect(await container.read(masterCf)).toContain(mine);
      expect(await isServed(8025)).toBe(false);
      expect(await lastApply(container)).toMatchObject({ event, outcome: "failed" });
      await must("rm", "-r", events);

      const status = await run("mailwright", "status");
      expect(status.exit).toBe(2);
      expect(status.stdout).toMatch(
        /^Services that do not run with the files as they are\n {2}postfix reload$/m,
      );
      expect(await isServed(8025)).toBe(false);

      await must(...next);
      expect(await isServed(8025)).toBe(true);
      expect(await run("mailwright", "status")).toMatchObject({ exit: 0, stderr: "" });
      await repeat(container, event);
    });
  }

  test("a file edited by hand is left alone where that is asked for, else written over with a copy kept", async () => {
    await must("sh", "-c", `echo 'by_hand = yes' >> ${mainCf}`);
    const edited = await container.read(mainCf);
    const verified = await run("mailwright", "verify");
    expect(verified.exit).toBe(2);
    expect(verified.stdout).toContain("-by_hand = yes");
    const status = await run("mailwright", "status");
    expect(status).toMatchObject({ exit: 2 });
    expect(status.stdout).toMatch(/^Files edited by hand\n {2}\/etc\/postfix\/main\.cf /m);

    const before = [await filesOf(container), await processesOf(container)];
    const refused = await run("signal-event", "--on-edit=fail", event);
    expect(refused.exit).toBe(1);
    expect(refused.stderr).toContain(`${mainCf} was edited by hand`);
    expect(refused.stderr).toContain("Nothing was touched.");
    expect([await filesOf(container), await processesOf(container)]).toEqual(before);

    const done = await run("signal-event", event);
    expect(done.exit).toBe(0);
    const told = /main\.cf was edited by hand: a copy of it goes to (\S+)/.exec(done.stderr);
    const copy = told?.[1] ?? "";
    expect(copy).toMatch(/^\/var\/lib\/mailwright\/edited\/\d{4}-\d\d-\d\dT[\d-]+Z\/etc\/postfix\/main\.cf$/);
    expect(await container.read(copy)).toBe(edited);
    expect(await must("stat", "-c", "%a %U", copy)).toBe("600 root\n");
    expect(await container.read(mainCf)).not.toContain("by_hand");
    expect(await run("mailwright", "verify")).toMatchObject({ exit: 0 });
    await repeat(container, event);
  });

  test("a mode and an owner changed by hand are told and corrected", async () => {
    await must("chmod", "0666", masterCf);
    await must("chown", "daemon", mainCf);
    const verified = await run("mailwright", "verify");
    expect(verified.exit).toBe(2);
    for (const path of [masterCf, mainCf])
      expect(verified.stdout).toContain(`${path}: mode and owner become 0644 root:root`);
    const done = await run("signal-event", event);
    expect(done.exit).toBe(0);
    for (const path of [masterCf, mainCf])
      expect(done.stderr).toContain(
        `${path} had its mode or owner changed by hand: it is as it should be again`,
      );
    expect(await must("stat", "-c", "%a %U", masterCf, mainCf)).toBe("644 root\n644 root\n");
    expect(await run("mailwright", "verify")).toMatchObject({ exit: 0 });
    await repeat(container, event);
  });

  test("a rollback brings back a setting, its file and what Postfix does with it", async () => {
    const size = async () => [
      (await must("config", "getprop", "postfix", "MessageSizeMax")).trim(),
      (await must("postconf", "-h", "message_size_limit")).trim(),
      await offeredSize(container),
    ];
    const all = (value: string) => [value, value, value];
    const before = await contentsOf(container);
    const old = await revision();
    expect(await size()).toEqual(all("20000000"));
    await must("config", "setprop", "postfix", "MessageSizeMax", "30000000");
    await must("signal-event", event);
    expect(await size()).toEqual(all("30000000"));
    await must("mailwright", "rollback", old);
    expect(await size()).toEqual(all("20000000"));
    expect(await contentsOf(container)).toBe(before);
    expect(await run("mailwright", "status")).toMatchObject({ exit: 0 });
    await repeat(container, event);
  });

  test("a rollback that a daemon refuses leaves settings and files", async () => {
    const old = await revision();
    await must("config", "setprop", "postfix", "MessageSizeMax", "30000000");
    await must("signal-event", event);
    await container.write(fragment(mainCf), "fork_attempts = lots\n");
    const before = [await filesOf(container), await processesOf(container)];
    const settings = await must("config", "export");
    const refused = await run("mailwright", "rollback", old);
    expect(refused.exit).toBe(4);
    expect(refused.stderr).toContain("fatal: bad numerical configuration: fork_attempts = lots");
    expect(refused.stderr).toContain("Nothing was touched.");
    expect(refused.stderr).toContain("The settings are as they were before the rollback.");
    expect([await filesOf(container), await processesOf(container)]).toEqual(before);
    expect(await must("config", "export")).toBe(settings);
    await must("rm", fragment(mainCf));
    expect(await run("mailwright", "status")).toMatchObject({ exit: 0 });
    await must("mailwright", "rollback", old);
    expect(await must("postconf", "-h", "message_size_limit")).toBe("20000000\n");
    await repeat(container, event);
  });

  test("a second apply waits as long as it is told, and is told who is at work", async () => {
    await script("S50-slow", "for i in $(seq 300); do [ -e /run/go-on ] && exit; sleep 0.1; done; exit 1");
    const first = run("signal-event", event);
    await waitFor(async () => (await run("pgrep", "-f", "S50-slow")).exit === 0);
    const before = await filesOf(container);
    const start = Date.now();
    const second = await run("signal-event", "--wait", "1s", "nethserver-mail-filter-save");
    const waited = (Date.now() - start) / 1000;
    expect(second.exit).toBe(6);
    expect(second.stderr).toMatch(
      /signal-event nethserver-mail-common-save \(process \d+, root, script\) is at work; waited 1 s/,
    );
    expect(second.stderr).toContain("Nothing was touched.");
    expect(await filesOf(container)).toBe(before);
    console.log(`a second apply with --wait 1s: status ${second.exit} after ${waited.toFixed(1)} s`);
    expect(waited).toBeGreaterThanOrEqual(1);

    // With time it comes to its turn.
    const third = run("signal-event", "--wait", "1m", "nethserver-mail-filter-save");
    await must("touch", "/run/go-on");
    expect((await first).exit).toBe(0);
    expect((await third).exit).toBe(0);
    await must("rm", "/run/go-on");
  });

  test("mail flows after all of it", async () => {
    await deliver(container);
    for (const name of ["nethserver-mail-server-save", "nethserver-mail-filter-save"])
      await repeat(container, name);
  });
});
