import { describe, expect, it } from "vitest";
import type { Machine } from "../../../../src/commands/doctor/check.ts";
import { judgeClock } from "../../../../src/commands/doctor/clock.ts";
import { damaged } from "../../../../src/commands/doctor/database.ts";
import { judgeRooms, judgeSilence, parseRooms, type Room } from "../../../../src/commands/doctor/disk.ts";
import {
  listeningPrograms,
  parseListening,
  unitOf,
} from "../../../../src/commands/doctor/listening-programs.ts";
import { judgePort, type PortFacts } from "../../../../src/commands/doctor/ports.ts";
import { judgeQueue } from "../../../../src/commands/doctor/queue.ts";
import { readRestarts } from "../../../../src/commands/doctor/restarts.ts";
import { judgeSignatures } from "../../../../src/commands/doctor/signatures.ts";
import { judgeUnit, type UnitFacts } from "../../../../src/commands/doctor/units.ts";
import { installedVersions, judgeVersions, versions } from "../../../../src/commands/doctor/versions.ts";
import type { QueuedMail } from "../../../../src/commands/mail-flow/queued-mail.ts";
import type { System } from "../../../../src/system/system.ts";
import { settings } from "../../mail/some-settings.ts";
import { found } from "./found.ts";

const day = 86_400_000;

describe("a unit", () => {
  const good: UnitFacts = {
    ...{ unit: "dovecot", wanted: "enabled", load: "loaded", active: true, enabled: true },
    health: { running: true, state: "dovecot.service active (running)" },
    restarts: { count: 0, lastHour: undefined, secondsSinceStart: 10 },
  };
  const down = (state: string) => ({ active: false, health: { running: false, state } });

  it.each<[string, Partial<UnitFacts>, string[]]>([
    ["runs", {}, []],
    ["is not installed", { load: "absent", ...down("not-found") }, []],
    ["is off, as it is to be", { wanted: "disabled", ...down("inactive"), enabled: false }, []],
    ["runs though it is off", { wanted: "disabled" }, ["warning systemctl disable --now dovecot"]],
    ["is masked", { load: "masked", ...down("masked") }, ["critical systemctl unmask dovecot"]],
    ["was stopped", down("dovecot.service inactive (dead)"), ["critical systemctl start dovecot"]],
    ["has failed", down("dovecot.service failed (exit-code)"), ["critical journalctl -u dovecot -n 20"]],
    ["does not start at boot", { enabled: false }, ["warning systemctl enable dovecot"]],
    [
      "was stopped and is told what is so meanwhile",
      { unit: "clamav-daemon", ...down("clamav-daemon.service inactive (dead)") },
      ["critical systemctl start clamav-daemon"],
    ],
    [
      "flaps",
      { restarts: { count: 9, lastHour: 3, secondsSinceStart: 60 } },
      ["critical journalctl -u dovecot -n 50"],
    ],
    ["dies once a month", { restarts: { count: 9, lastHour: 1, secondsSinceStart: 60 } }, []],
    [
      "flaps, or has long ago, where no journal is kept",
      { restarts: { count: 3, lastHour: undefined, secondsSinceStart: 60 } },
      ["warning journalctl -u dovecot -n 50"],
    ],
    ["has flapped long ago", { restarts: { count: 9, lastHour: undefined, secondsSinceStart: 4000 } }, []],
    ["is not told of by systemd", { restarts: undefined }, []],
  ])("that %s", (_, facts, expected) => {
    expect(found(judgeUnit({ ...good, ...facts }))).toEqual(expected);
  });

  it("that mail waits for is told with that", () => {
    const [finding] = judgeUnit({ ...good, unit: "clamav-daemon", ...down("inactive (dead)") });
    expect(finding?.what).toMatch(/^clamav-daemon does not run: inactive \(dead\); mail is put off until/);
  });

  it("has its restarts and its age from systemctl show", () => {
    const text = "NRestarts=4\nActiveEnterTimestampMonotonic=5000000\n";
    expect(readRestarts(text, 65)).toEqual({ count: 4, lastHour: undefined, secondsSinceStart: 60 });
    expect(readRestarts("", 65)).toBeUndefined();
  });
});

describe("a port", () => {
  const own = { program: "dovecot", unit: "dovecot.service" };
  const good: PortFacts = {
    ...{ unit: "dovecot", host: undefined, port: 143, path: "/etc/dovecot/dovecot.conf", line: 7 },
    ...{ answers: true, listening: [own] },
  };

  it.each<[string, Partial<PortFacts>, string[]]>([
    ["answers", {}, []],
    [
      "is an instance's",
      { unit: "postfix", listening: [{ program: "master", unit: "postfix@-.service" }] },
      [],
    ],
    [
      "may be listened on, for all that is known",
      { answers: false, listening: undefined },
      ["critical journalctl -u dovecot -n 20"],
    ],
    ["is listened on by nobody", { answers: false, listening: [] }, ["critical systemctl restart dovecot"]],
    ["does not greet", { answers: false }, ["critical journalctl -u dovecot -n 20"]],
    [
      "is another's",
      { listening: [{ program: "python3", unit: "taken.service" }] },
      ["critical ss -ltnp 'sport = :143'"],
    ],
    ["is held by a program of no unit", { listening: [{ program: "x", unit: "" }] }, []],
  ])("that %s", (_, facts, expected) => {
    const findings = judgePort({ ...good, ...facts });
    expect(found(findings)).toEqual(expected);
    for (const { where } of findings) expect(where).toBe("/etc/dovecot/dovecot.conf:7");
  });

  it("is not known to be free where ss(8) is not there, or was killed", async () => {
    const of = (exit: number) => {
      const inspect = async () => ({ exit, stdout: "", stderr: "", timedOut: false });
      return listeningPrograms({ processes: { inspect }, files: {} } as unknown as System);
    };
    expect([await of(0), await of(127), await of(137)]).toEqual([[], undefined, undefined]);
  });

  it("is read from ss(8), and its unit from the control group", () => {
    const text =
      'LISTEN 0      100          0.0.0.0:25    0.0.0.0:* users:(("smtpd",pid=988,fd=6),("master",pid=910,fd=13))\n' +
      'LISTEN 0      511            [::1]:6379     [::]:* users:(("redis-server",pid=39,fd=7))\n' +
      "LISTEN 0      128    127.0.0.53%lo:53    0.0.0.0:*\n";
    expect(parseListening(text)).toEqual([
      {
        ...{ host: undefined, port: 25 },
        users: [
          { program: "smtpd", process: 988 },
          { program: "master", process: 910 },
        ],
      },
      { host: "::1", port: 6379, users: [{ program: "redis-server", process: 39 }] },
      { host: "127.0.0.53", port: 53, users: [] },
    ]);
    expect(unitOf("0::/system.slice/system-postfix.slice/postfix@-.service\n")).toBe("postfix@-.service");
    expect(unitOf("0::/system.slice/dovecot.service/inner\n")).toBe("dovecot.service");
    expect(unitOf("0::/\n")).toBe("");
  });
});

describe("a package", () => {
  const needed = [{ package: "rspamd", supported: /^3\.4\b/, versions: "3.4" }];

  it.each<[string, string, string[]]>([
    ["of Debian's version", "installed rspamd 3.4-1+deb12u1\n", []],
    ["with an epoch", "installed rspamd 5:3.4.1~rc1-1\n", []],
    ["of another version", "installed rspamd 3.11.0-1~bookworm\n", ["warning apt policy rspamd"]],
    ["that only begins alike", "installed rspamd 3.40-1\n", ["warning apt policy rspamd"]],
    ["that was removed", "config-files rspamd 3.4-1\n", ["critical apt install rspamd"]],
    ["that is not known", "", ["critical apt install rspamd"]],
  ])("%s", (_, text, expected) => {
    expect(found(judgeVersions(needed, installedVersions(text)))).toEqual(expected);
  });

  it.each<[string, number, string[]]>([
    ["knows it not", 1, ["critical apt install postfix", "critical apt install dovecot-core"]],
    ["was killed", 137, ["warning dpkg-query --show"]],
    ["is not there", 127, ["warning dpkg-query --show"]],
  ])("is missing or not by a dpkg-query without a word that %s", async (_, exit, expected) => {
    const inspect = async () => ({ exit, stdout: "", stderr: "", timedOut: false });
    const machine = {
      system: { processes: { inspect } },
      settings: settings(
        {},
        {},
        { "rspamd service": { status: "disabled" }, "clamd@rspamd service": { status: "disabled" } },
      ),
    } as unknown as Machine;
    expect(found([...(await versions.look(machine))])).toEqual(expected);
  });
});

describe("room", () => {
  const room: Room = {
    ...{ folder: "/var/log", mount: "/", size: 100e9, free: 50e9, inodes: 1e6, freeInodes: 5e5 },
  };
  const spool = { folder: "/var/spool/postfix" };

  it.each<[string, Partial<Room>, string[]]>([
    ["is there", {}, []],
    ["is little of a disk so large that it is enough", { size: 1e12, free: 20e9 }, []],
    ["is little", { free: 4.9e9 }, ["warning"]],
    ["is almost gone", { free: 0.9e9 }, ["critical"]],
    ["is little for the queue", { ...spool, size: 3e9, free: 0.2e9 }, ["warning"]],
    ["is too little for Postfix", { ...spool, size: 0.2e9, free: 0.029e9 }, ["critical"]],
    ["is there without inodes", { freeInodes: 99_999 }, ["warning"]],
    ["is there without any inodes", { freeInodes: 29_999 }, ["critical"]],
    ["is on a file system that numbers none", { inodes: 0, freeInodes: 0 }, []],
  ])("%s", (_, facts, expected) => {
    const findings = judgeRooms([{ ...room, ...facts }], 30e6);
    expect(findings.map(({ severity }) => severity)).toEqual(expected);
  });

  it("of one file system is told once", () => {
    const low = { ...room, free: 1 };
    expect(judgeRooms([low, { ...low, folder: "/var/lib/redis" }], 0)).toHaveLength(1);
    expect(judgeRooms([low, { ...low, mount: "/var/lib" }], 0)).toHaveLength(2);
  });

  it("is read from df(1)", () => {
    const text =
      "File      Mounted on  1B-blocks      Avail  Inodes   IFree\n" +
      "/var/log  /          6319128576 6103666688 1048576 1047388\n" +
      "/srv      /mnt/a b     20971520     171520       -       -\n";
    expect(parseRooms(text, ["/var/log", "/srv"])).toEqual([
      {
        ...{
          folder: "/var/log",
          mount: "/",
          size: 6319128576,
          free: 6103666688,
          inodes: 1048576,
          freeInodes: 1047388,
        },
      },
      { ...{ folder: "/srv", mount: "/mnt/a b", size: 20971520, free: 171520, inodes: 0, freeInodes: 0 } },
    ]);
    expect(parseRooms("", ["/var/log"])).toEqual([]);
    expect(parseRooms(text, ["/var/spool/postfix", "/srv"])).toMatchObject([{ mount: "/mnt/a b" }]);
  });

  it("of which df(1) says nothing is told of, and is not good", () => {
    const folders = ["/var/log", "/srv"];
    expect(judgeSilence([room, { folder: "/srv" }], folders)).toEqual([]);
    expect(judgeSilence([room], folders)).toMatchObject([{ what: "df does not answer for /srv" }]);
    expect(found(judgeSilence([], folders))).toEqual(["warning df /var/log /srv"]);
  });
});

describe("the queue", () => {
  const now = Date.UTC(2026, 10, 25);
  const mail = (queue: string, age: number, count = 1): QueuedMail[] =>
    Array.from({ length: count }, (_, index) => ({
      ...{ id: String(index), queue, arrival: now - age, size: 1, from: "", recipients: [] },
    }));

  it.each<[string, QueuedMail[], string[]]>([
    ["that is empty", [], []],
    ["with fresh mail", [...mail("active", 1000), ...mail("deferred", 71 * 3_600_000)], []],
    ["with what is held", mail("hold", 30 * day, 2000), []],
    [
      "with old mail",
      mail("deferred", 73 * 3_600_000),
      ["warning mailwright queue list --queue deferred --older 3d"],
    ],
    ["with untried mail", mail("incoming", 3 * 3_600_000), ["critical mailwright queue list --older 2h"]],
    ["with an old message that is tried again at this moment", mail("active", 20 * 3_600_000), []],
    ["that is long", mail("deferred", 1, 1000), ["warning mailwright queue list --summary"]],
    ["that is too long", mail("deferred", 1, 10_000), ["critical mailwright queue list --summary"]],
  ])("%s", (_, all, expected) => {
    expect(found(judgeQueue(all, now))).toEqual(expected);
  });

  it("with old mail, one or several", () => {
    const old = (count: number) => [
      ...mail("maildrop", 3 * 3_600_000, count),
      ...mail("deferred", 4 * day, count),
    ];
    const texts = (count: number) => judgeQueue(old(count), now).map(({ what }) => what);
    expect(texts(1)).toEqual([
      "1 message in the queue for over two hours, and not tried once",
      "1 message deferred for over three days",
    ]);
    expect(texts(2)[1]).toBe("2 messages deferred for over three days");
  });

  it("with much that waits for one reason, whatever the addresses in it", () => {
    const alike = (count: number, reason = "(connect to"): QueuedMail[] =>
      mail("deferred", 1, count).map((one, index) => ({
        ...one,
        recipients: [
          { address: "a@b", reason: `host mx.b[192.0.2.${index}] said: 450 ${reason} <a${index}@b>` },
        ],
      }));
    const texts = (all: readonly QueuedMail[]) =>
      judgeQueue(all, now).map(({ severity, what }) => `${severity} ${what}`);
    expect(texts([...alike(99, "busy"), ...alike(99, "slow")])).toEqual([]);
    expect(texts([...alike(99, "slow"), ...alike(100, "busy")])).toEqual([
      "warning 100 messages are deferred for: 450 busy <…>",
    ]);
    expect(texts([...alike(999, "slow"), ...mail("active", 1)])).toEqual([
      "warning 1000 messages are in the queue, 999 of them for: 450 slow <…>",
    ]);
  });
});

describe("what else is looked at", () => {
  it("signatures: their age, or that there are none", () => {
    const severity = (modified: number | undefined, hasOthers = true) =>
      judgeSignatures(modified, hasOthers, 10 * day).map((one) => one.severity);
    expect(severity(7.1 * day)).toEqual([]);
    expect(severity(7 * day)).toEqual(["warning"]);
    expect(severity(3 * day)).toEqual(["critical"]);
    expect(severity(undefined)).toEqual([]);
    expect(severity(undefined, false)).toEqual(["critical"]);
  });

  it("the clock, where something is known of it", () => {
    expect(judgeClock("yes")).toEqual([]);
    expect(judgeClock("")).toEqual([]);
    expect(judgeClock("no")).toHaveLength(1);
  });

  it("the database, with the first fault and how many more there are", () => {
    expect(damaged("/db", ["row 3 missing from index a", "b", "c"])).toMatchObject({
      ...{ severity: "critical", what: "the database is damaged: row 3 missing from index a, and 2 more" },
      ...{ where: "/db", advice: "restore it from a backup, or: sqlite3 /db .recover" },
    });
  });
});
