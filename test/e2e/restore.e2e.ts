import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Container, startContainer } from "./container/container.ts";
import { waitFor } from "./container/mail.ts";
import {
  arrival,
  contentsOf,
  deliver,
  events,
  filesOf,
  fragment,
  lastApply,
  processesOf,
  repeat,
  reset,
  sendMail,
  setUpMailServer,
  takePort,
} from "./container/mail-server.ts";
import { debPath, rootCache } from "./places.ts";

const [masterCf, dovecotConf] = ["/etc/postfix/master.cf", "/etc/dovecot/dovecot.conf"];

/** What the daemons accept when they check it, and fail with when they run with it: all is as it was before, by itself. */
describe("an apply that fails", () => {
  let container: Container;
  const must = (...argv: string[]) => container.must(argv);
  const signal = (...event: string[]) => container.run(["signal-event", ...event]);

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    await setUpMailServer(container);
  });
  afterEach(() => reset(container));
  afterAll(() => container?.stop());

  test("Dovecot's refusal stops what Postfix and Rspamd would take: not one byte, time or process is another", async () => {
    await container.write(
      `${events}/site-save/event.yaml`,
      "description: mail and filter at once\nextends: [nethserver-mail-server-save, nethserver-mail-filter-save]\n",
    );
    await must("config", "setprop", "rspamd", "SpamKillLevel", "17");
    await must("config", "setprop", "postfix", "MessageSizeMax", "31000000");
    const path = fragment(dovecotConf);
    await container.write(path, "\nmail_max_userip_connections = {{config.postfix.MessageSizeMax}}x\n");
    const before = [await filesOf(container), await processesOf(container)];
    const refused = await signal("site-save");
    expect(refused.exit).toBe(4);
    expect(refused.stderr).toContain("dovecot refuses the new configuration");
    expect(refused.stderr).toContain("Invalid number 31000000x");
    expect(refused.stderr).toContain(`is from ${path}:2 and uses postfix MessageSizeMax`);
    expect(refused.stderr).toContain("Nothing was touched.");
    expect([await filesOf(container), await processesOf(container)]).toEqual(before);
    await deliver(container);

    await must("rm", path);
    await must("signal-event", "site-save");
    expect(await container.read("/etc/rspamd/local.d/actions.conf")).toContain("reject = 17;");
    await repeat(container, "site-save");
  });

  for (const [event, way, size] of [
    ["nethserver-mail-server-update", "restart", "32000000"],
    ["nethserver-mail-common-save", "reload", "33000000"],
  ] as const) {
    test(`Postfix that dies at a ${way} runs with the old files within 30 s, and mail flows without help`, async () => {
      const release = await takePort(container, 2599);
      await must("config", "setprop", "postfix", "MessageSizeMax", size);
      await container.write(fragment(masterCf), "127.0.0.1:2599 inet n - n - - smtpd\n");
      const before = await contentsOf(container);
      const start = Date.now();
      const since = () => (Date.now() - start) / 1000;
      const watched = watchMail(container, since);
      const failed = await signal(event);
      const end = since();
      const { outage, subject } = await watched.stop();
      await arrival(container, subject);
      const delivered = since();
      console.log(
        `${event}: status ${failed.exit} after ${end.toFixed(1)} s; port 25 took no mail ${outage}; ` +
          `a message sent since then was read at ${delivered.toFixed(1)} s`,
      );
      expect(delivered).toBeLessThan(30);
      expect(failed.stderr).toMatch(
        /^signal-event: postfix: (postfix@-\.service |its main process \d+ has ended)/,
      );
      expect(failed.stderr).toContain("fatal: bind 127.0.0.1 port 2599: Address already in use");
      expect(failed.stderr).toMatch(
        /Everything is as it was before: 3 files put back; nginx reload; postfix /,
      );
      expect(failed.exit).toBe(5);
      expect(await contentsOf(container)).toBe(before);
      await expectWaiting("postfix", event, "MessageSizeMax");

      await release();
      await must("signal-event", event);
      expect(await must("ss", "-Hltn", "sport = :2599")).not.toBe("");
      expect((await container.run(["mailwright", "status"])).exit).toBe(0);
      await repeat(container, event);
    });
  }

  /** The settings that an apply could not carry out are told, and what became of it. */
  async function expectWaiting(key: string, event: string, property: string): Promise<void> {
    const changes = await must("config", "changes");
    expect(changes).toMatch(new RegExp(`^${key}  ${property} `, "m"));
    expect(changes).toContain("To apply: signal-event ");
    const status = await container.run(["mailwright", "status"]);
    expect(status.exit).toBe(2);
    expect(status.stdout).toMatch(new RegExp(`Settings that are not applied\\n.*${key}  ${property} `));
    expect(status.stdout).not.toContain("Units that do not run");
    expect(status.stdout).not.toContain("Services that do not run with the files as they are");
    expect(await lastApply(container)).toMatchObject({ event, outcome: "restored" });
  }
});

/** Sends a message again and again; `stop` ends that with one that is taken, and tells when none was. */
function watchMail(container: Container, since: () => number) {
  const tries: { time: number; taken: boolean }[] = [];
  let isOver = false;
  const attempt = async (subject: string): Promise<boolean> => {
    const time = since();
    const taken = await sendMail(container, subject).then(
      ({ accepted }) => accepted,
      () => false,
    );
    tries.push({ time, taken });
    return taken;
  };
  const watching = (async () => {
    while (!isOver) await attempt("a try");
  })();
  return {
    stop: async () => {
      isOver = true;
      await watching;
      const subject = `after ${Math.random().toString(36).slice(2)}`;
      await waitFor(() => attempt(subject), 60);
      const lost = tries.filter(({ taken }) => !taken).map(({ time }) => time);
      const back = tries.find(({ time, taken }) => taken && time > (lost.at(-1) ?? -1));
      const outage =
        lost.length === 0 ? "at no time" : `from ${lost[0]?.toFixed(1)} s to ${back?.time.toFixed(1)} s`;
      return { outage, subject };
    },
  };
}
