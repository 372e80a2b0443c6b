import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { bootMailServer } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { journal, outsider, send, waitFor } from "./container/mail.ts";
import { learned, letter, startFilter } from "./container/training.ts";

const instances = ["cache", "statistics"] as const;
type Instance = (typeof instances)[number];
const unit = (name: Instance): string => `redis-server@mailwright-${name}`;
const socket = (name: Instance): string => `/run/redis-mailwright-${name}/redis-server.sock`;

describe("the Redis of the filter", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const redis = (name: Instance, ...words: string[]): Promise<string> =>
    type("redis-cli", "-s", socket(name), ...words);
  const learn = (kind: "spam" | "ham", number: number) =>
    container.run(["mailwright", "bayes", "learn", `--${kind}`], { input: letter(number, kind) });

  /** A message from outside that scores enough to be put off, and its answer with the milliseconds that it took. */
  async function suspicious(subject: string): Promise<{ code: number; text: string; time: number }> {
    const started = Date.now();
    const data = `From: <${outsider}>\nSubject: ${subject}\n\nA message about ${subject}.\n`;
    const { last } = await send(container, { to: ["john@domain.org"], data });
    return { code: last.code, text: last.text, time: Date.now() - started };
  }

  beforeAll(async () => {
    container = await bootMailServer(["john"]);
    await type("config", "setprop", "rspamd", "SpamGreyLevel", "1");
    await startFilter(container);
  });
  afterAll(() => container?.stop());

  test("two instances are the filter's alone, on sockets that nobody else may open; the administrator's own is left alone", async () => {
    for (const name of instances) {
      expect(await redis(name, "CONFIG", "GET", "port")).toBe("port\n0\n");
      for (const user of ["vmail", "nobody", "postfix"]) {
        const refused = await container.run([
          "runuser",
          "-u",
          user,
          "--",
          "redis-cli",
          "-s",
          socket(name),
          "PING",
        ]);
        expect(refused.stdout + refused.stderr, user).toContain("Permission denied");
      }
      const asked = ["runuser", "-u", "_rspamd", "--", "redis-cli", "-s", socket(name), "PING"];
      expect(await type(...asked)).toBe("PONG\n");
      const file = `/etc/redis/redis-mailwright-${name}.conf`;
      expect(await type("stat", "-c", "%U:%G %a", file)).toBe("redis:redis 640\n");
    }
    await learn("spam", 1);
    expect(Number(await redis("statistics", "DBSIZE"))).toBeGreaterThan(0);
    expect((await type("systemctl", "is-active", "redis-server")).trim()).toBe("active");
    expect(await type("redis-cli", "-p", "6379", "DBSIZE")).toBe("0\n");
    expect(await type("redis-cli", "-p", "6379", "CONFIG", "GET", "maxmemory-policy")).toContain(
      "noeviction",
    );
  });

  test("what is learned is never dropped, what lies in the cache is not kept", async () => {
    const of = async (name: Instance, setting: string): Promise<string> =>
      (await redis(name, "CONFIG", "GET", setting)).split("\n")[1] ?? "";
    expect(await of("statistics", "maxmemory-policy")).toBe("noeviction");
    expect(await of("statistics", "maxmemory")).toBe("0");
    expect(await of("statistics", "save")).toBe("60 1");
    expect(await of("cache", "maxmemory-policy")).toBe("allkeys-lru");
    expect(await of("cache", "maxmemory")).toBe(String(256 * 1024 ** 2));
    expect(await of("cache", "save")).toBe("");
  });

  test("greylisting remembers in the cache: suspicious mail is put off", async () => {
    expect(await suspicious("first")).toMatchObject({ code: 451 });
    expect(Number(await redis("cache", "DBSIZE"))).toBeGreaterThan(0);
  });

  test("what is learned survives a restart of Redis and a change of its file", async () => {
    const before = await learned(container);
    expect(before.spam).toBe(1);
    await type("systemctl", "restart", unit("statistics"));
    expect(await learned(container)).toEqual(before);
    const own = "/etc/mailwright/templates/etc/redis/redis-mailwright-statistics.conf/90site.hbs";
    await container.write(own, "maxclients 1000\n");
    await type("signal-event", "nethserver-mail-filter-save");
    expect(await redis("statistics", "CONFIG", "GET", "maxclients")).toBe("maxclients\n1000\n");
    expect(await learned(container)).toEqual(before);
  });

  test("D6 what is learned is in the backup, and comes back", async () => {
    await type("signal-event", "pre-backup-config");
    await learn("spam", 2);
    await learn("ham", 3);
    expect(await learned(container)).toEqual({ spam: 2, ham: 1 });
    await type("mailwright", "bayes", "forget", "--all", "--yes");
    await type("signal-event", "post-restore-data");
    expect(await learned(container)).toEqual({ spam: 1, ham: 0 });
    // What the file holds is what Redis goes on with.
    await learn("ham", 3);
    await type("systemctl", "restart", unit("statistics"));
    expect(await learned(container)).toEqual({ spam: 1, ham: 1 });
  });

  test("D1 with both stopped mail flows, nothing is put off, and what is missing is told", async () => {
    await type("systemctl", "stop", ...instances.map(unit));
    const answer = await suspicious("while Redis is stopped");
    expect(answer).toMatchObject({ code: 250 });
    expect(answer.time).toBeLessThan(4000);
    const status = await container.run(["mailwright", "status"]);
    expect(status).toMatchObject({ exit: 2 });
    for (const name of instances) expect(status.stdout).toContain(`${unit(name)}.service inactive (dead)`);
    const bayes = await container.run(["mailwright", "bayes", "status"]);
    expect(bayes).toMatchObject({ exit: 1, stdout: "" });
    expect(bayes.stderr).toContain("Redis, which keeps what the filter has learned, does not answer");
    expect(bayes.stderr).toContain(`systemctl status ${unit("statistics")}`);
    expect(await learn("spam", 4)).toMatchObject({ exit: 1, stdout: "" });
    expect(await type("cat", "/var/log/rspamd/rspamd.log")).toMatch(
      /cannot connect to redis .*mailwright-cache/,
    );
  });

  test("and when they are back, all is as before, by itself", async () => {
    await type("systemctl", "start", ...instances.map(unit));
    expect(await learned(container)).toEqual({ spam: 1, ham: 1 });
    await waitFor(async () => (await suspicious(`again ${Date.now()}`)).code === 451, 30);
    expect(await learn("spam", 4)).toMatchObject({ exit: 0, stdout: "1 learned as spam, 0 known already\n" });
    await apply(container);
  });

  test("D1 while both hang mail flows too, within seconds", async () => {
    const signal = async (name: string): Promise<void> => {
      for (const one of instances) await type("systemctl", "kill", "-s", name, unit(one));
    };
    await signal("SIGSTOP");
    try {
      const answer = await suspicious("while Redis hangs");
      expect(answer).toMatchObject({ code: 250 });
      expect(answer.time).toBeLessThan(10_000);
      expect(await container.run(["mailwright", "bayes", "status"])).toMatchObject({ exit: 1 });
    } finally {
      await signal("SIGCONT");
    }
    await waitFor(async () => (await suspicious(`after all ${Date.now()}`)).code === 451, 30);
  });

  test("with rspamd status disabled they are stopped, and start with it again, with all that was learned", async () => {
    const before = await learned(container);
    await type("config", "setprop", "rspamd", "status", "disabled");
    await type("signal-event", "nethserver-mail-filter-save");
    const states = async (): Promise<string[]> => {
      const units = [...instances.map(unit), "mailwright-training.path"];
      const asked = await container.run(["systemctl", "is-active", ...units]);
      return asked.stdout.trim().split("\n");
    };
    expect(await states()).toEqual(["inactive", "inactive", "inactive"]);
    await type("config", "setprop", "rspamd", "status", "enabled");
    await type("signal-event", "nethserver-mail-filter-save");
    expect(await states()).toEqual(["active", "active", "active"]);
    expect(await learned(container)).toEqual(before);
  });

  test("at the end no daemon has complained, no mail waits and all is as the settings say", async () => {
    await queueIsEmpty(container);
    expect(await complaints(container, /connect to Milter service \S+ Connection refused/)).toEqual([]);
    for (const name of instances) {
      const lines = (await journal(container, unit(name))).split("\n");
      // The machine's own setting, which is the administrator's.
      const said = lines.filter(
        (line) => /error|fail|denied/i.test(line) && !line.includes("vm.overcommit_memory"),
      );
      expect(said).toEqual([]);
    }
    await apply(container);
  });
});
