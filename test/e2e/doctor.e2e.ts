import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseExposition } from "../unit/commands/metrics/exposition-parser.ts";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import type { Container } from "./container/container.ts";
import { certificateFolder, doctorFaults, goodZone, issue, own, shipped } from "./container/doctor-faults.ts";
import type { Finding } from "./container/doctor-service-faults.ts";
import { goodMetrics } from "./container/good-metrics.ts";
import { whileHanging } from "./container/hanging.ts";
import { waitFor } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";
import { offline, setZone, startSigningServer, type Zone } from "./container/signed-mail.ts";

const silent = {
  exit: 0,
  stderr: "",
  stdout: expect.stringMatching(/^All is well: 13 checks in \S+ m?s\.\n$/),
};

/** What Postfix's error(8) says of mail for a host that does not answer. */
const suspended = /postfix\/error\[\d+\]: .* connect to away\.example\.net/;

/** What Rspamd says while the cache of Redis that dies again and again is not there. */
const uncached = /cannot connect to redis \(OS error\): No such file or directory/;

describe("G3 doctor", () => {
  let container: Container;
  let zone: Zone;
  const faults = doctorFaults(
    () => container,
    () => zone,
  );

  const doctor = (...words: string[]) => container.run(["mailwright", "doctor", ...words]);
  const sh = (program: string) => container.must(["sh", "-ec", program]);
  const findings = async (...words: string[]): Promise<{ exit: number; found: Finding[] }> => {
    const { exit, stdout } = await doctor(...words, "--json");
    return { exit, found: JSON.parse(stdout).findings };
  };

  beforeAll(async () => {
    container = await startSigningServer();
    // The table of the machine's own addresses is else asked before any rule.
    await sh("ip rule add pref 100 lookup local; ip rule del pref 0");
    await container.must(["mailwright", "domain", "modify", "domain.org", "--dkim"]);
    await container.must(["mailwright", "domain", "modify", "example.com", "--dkim"]);
    const held = ["QuarantineAccount", "mary@domain.org", "QuarantineStatus", "enabled"];
    await container.must(["config", "setprop", "rspamd", ...held]);
    await issue(container, 60);
    const files = [
      "CrtFile",
      `${certificateFolder}/fullchain.pem`,
      "KeyFile",
      `${certificateFolder}/privkey.pem`,
    ];
    await container.must(["config", "setprop", "pki", ...files]);
    await sh(`mkdir -p $(dirname ${own}); cp ${shipped} ${own}`);
    await apply(container);
    zone = await goodZone(container);
    await setZone(container, zone);
  });
  afterAll(() => container?.stop());

  test("is silent but for its summary where all is well", async () => {
    expect(await doctor()).toMatchObject(silent);
    const { stdout } = await doctor("--json");
    const { state, checks, findings: none } = JSON.parse(stdout);
    expect({ state, none }).toEqual({ state: "good", none: [] });
    expect(checks).toHaveLength(13);
    for (const check of checks) expect(check).toEqual({ name: expect.any(String), state: "good" });
  });

  for (const { title, plant, mend, found: expected } of faults) {
    test(`names ${title}, and nothing else`, async () => {
      await plant();
      const { exit, found } = await findings();
      await mend();
      const told = {
        what: expect.any(String),
        where: expect.any(String),
        advice: expect.stringMatching(/./),
      };
      expect(found).toEqual([{ ...told, ...expected }]);
      expect(exit).toBe(expected.severity === "critical" ? 2 : 1);
    });
  }

  test("names all of them together, and nothing else, each with its advice; then it is silent again", async () => {
    for (const { plant } of faults) await plant();
    const { exit, found } = await findings();
    const shown = await doctor();
    for (const { mend } of faults.toReversed()) await mend();
    expect(exit).toBe(2);
    const names = (all: readonly Partial<Finding>[]) =>
      all.map(({ check, severity }) => `${check} ${severity}`).sort();
    expect(names(found)).toEqual(names(faults.map((fault) => fault.found)));
    for (const fault of faults)
      expect(found, fault.title).toContainEqual(expect.objectContaining(fault.found));
    expect(shown.stdout.match(/^(critical|warning): .*\n {2}\S.*$/gm)).toHaveLength(faults.length);
    expect(shown.stdout).toMatch(/\n9 critical, 12 warnings: 13 checks in \S+ m?s\.\n$/);
    await waitFor(async () => (await doctor()).exit === 0, 30);
    expect(await doctor()).toMatchObject(silent);
  });

  test("names a quarantine that is a heap", async () => {
    const make = `import os, sys
for n in range(5000):
    path = f"{sys.argv[1]}/cur/1795000000.M{n}P1.heap:2,"
    with open(path, "w") as file:
        file.write(f"X-Quarantine-Id: 4{n:07x}\\nX-Quarantine-Sender: <a@sender.example.net>\\nSubject: heap\\n\\nx\\n")
    os.chown(path, os.stat(sys.argv[1]).st_uid, os.stat(sys.argv[1]).st_gid)`;
    await container.must(["python3", "-c", make, "/var/lib/nethserver/vmail/mary/Maildir"]);
    const { exit, found } = await findings("--only", "filter");
    await container.must(["doveadm", "expunge", "-u", "mary", "mailbox", "INBOX", "subject", "heap"]);
    expect({ exit, found }).toEqual({
      exit: 1,
      found: [
        {
          ...{ check: "filter", severity: "warning", where: "quarantine" },
          what: "the quarantine holds 5000 messages, 1 MB",
          advice: expect.stringContaining("mailwright quarantine list --older 30d"),
        },
      ],
    });
    expect(await doctor("--only", "filter")).toMatchObject({ exit: 0 });
  });

  test("tells of a damaged database, and that nothing else could be looked at", async () => {
    const copy = "/tmp/copy/var/lib/mailwright/mailwright.db";
    const program = "import sqlite3, sys; a, b = map(sqlite3.connect, sys.argv[1:]); a.backup(b); b.close()";
    await sh(`mkdir -p $(dirname ${copy})`);
    await container.must(["python3", "-c", program, copy.replace("/tmp/copy", ""), copy]);
    expect(await doctor("--root", "/tmp/copy", "--only", "database")).toMatchObject({ exit: 0 });
    // All pages but the first, which says what tables there are.
    await sh(`head -c 40000 /dev/urandom | dd of=${copy} bs=4096 seek=1 conv=notrunc status=none`);
    const { exit, found } = await findings("--root", "/tmp/copy");
    expect({ exit, found }).toEqual({
      exit: 2,
      found: [
        {
          ...{ check: "database", severity: "critical", where: copy },
          what: expect.stringMatching(/^the database is damaged: /),
          advice: expect.stringContaining(`sqlite3 ${copy} .recover`),
        },
      ],
    });
    expect((await doctor("--root", "/tmp/copy")).stdout).toMatch(/; not looked at: .*\bstate\b/);
  });

  test("tells once that no name server answers, within seconds", async () => {
    const before = await container.read("/etc/resolv.conf");
    for (const server of ["127.0.0.1", "192.0.2.77"]) {
      await sh("systemctl stop e2e-dns");
      // In place, for the container may have it mounted.
      await sh(`echo nameserver ${server} >/etc/resolv.conf`);
      const start = Date.now();
      const { exit, found } = await findings();
      const took = Date.now() - start;
      expect({ exit, found }).toEqual({
        exit: 2,
        found: [
          {
            ...{ check: "dns", severity: "critical", what: "no name server answers" },
            ...{ where: "/etc/resolv.conf", advice: "cat /etc/resolv.conf" },
          },
        ],
      });
      expect(took).toBeLessThan(15_000);
      expect((await doctor("--skip", "dns")).stdout).toMatch(/^All is well: 12 checks/);
    }
    await container.write("/etc/resolv.conf", before);
    await sh("systemctl start e2e-dns");
    await waitFor(async () => (await doctor("--only", "dns")).exit === 0, 10);
  });

  test("looks at what is asked for alone, and refuses what it does not know", async () => {
    expect((await doctor("--only", "units,ports")).stdout).toMatch(/^All is well: 2 checks in /);
    expect(await doctor("--skip=weather")).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining("accepted: database, versions, units, "),
    });
    expect(await doctor("--only", "dns", "--skip", "dns")).toMatchObject({
      ...{ exit: 3, stdout: "", stderr: expect.stringContaining("--skip leaves no check") },
    });
  });

  test("ends where programs do not, leaves none of them, and says which; metrics lack what these tell", async () => {
    const names = ["postqueue", "doveadm", "df"];
    const looked = await whileHanging(container, names, () => findings("--only", "queue,filter,disk"));
    const prometheus = ["mailwright", "status", "--prometheus", "/tmp/metrics"] as const;
    const measured = await whileHanging(container, names, () => container.must([...prometheus]));
    expect(looked.result.exit).toBe(2);
    expect(looked.result.found.map(({ check, what }) => `${check}: ${what}`)).toEqual([
      expect.stringMatching(/^disk: df does not answer for \/var\/spool\/postfix, /),
      "queue: Postfix does not tell what is in its queue",
      expect.stringMatching(/^filter: Dovecot .*: doveadm has not ended within 20 s$/),
    ]);
    for (const { took } of [looked, measured]) expect(took).toBeLessThan(28_000);
    const metrics = parseExposition(await container.read("/tmp/metrics"));
    expect(metrics.get("mailwright_pending_changes")).toBe(0);
    expect([...metrics.keys()].filter((name) => /_(queue|quarantined)_/.test(name))).toEqual([]);
  });

  test("status --prometheus prints metrics, or puts a file in place of the old one", async () => {
    const file = "/var/lib/prometheus/node-exporter/mailwright.prom";
    await sh(`mkdir -p $(dirname ${file})`);
    const read = async (): Promise<ReadonlyMap<string, number>> => {
      await container.must(["mailwright", "status", "--prometheus", file]);
      return parseExposition(await container.read(file));
    };
    const before = await read();
    for (const [name, value] of Object.entries(goodMetrics)) expect(before.get(name), name).toBe(value);
    const end = new Date((before.get("mailwright_certificate_expiry_timestamp_seconds") ?? 0) * 1000);
    const told = await sh("openssl x509 -noout -enddate -in /etc/ssl/private/mailwright.pem");
    expect(end.getTime()).toBe(Date.parse(told.replace("notAfter=", "")));
    const now = Number(await sh("date +%s"));
    const age = now - (before.get("mailwright_last_apply_timestamp_seconds") ?? 0);
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(600);
    expect(before.has("mailwright_queue_oldest_arrival_timestamp_seconds")).toBe(false);
    expect(await sh(`stat -c '%a %U' ${file}; ls -A $(dirname ${file})`)).toBe("644 root\nmailwright.prom\n");

    // An address that nobody has: mail for it waits.
    await setZone(container, { ...zone, "away.example.net A": ["192.0.2.9"] });
    const input = "Subject: x\n\nx\n";
    await container.must(["sendmail", "-f", "root@domain.org", "x@away.example.net"], { input });
    const after = await waitFor(async () => {
      const samples = await read();
      return (samples.get('mailwright_queue_messages{queue="deferred"}') ?? 0) === 1 && samples;
    }, 30);
    expect(after.get('mailwright_queue_bytes{queue="deferred"}')).toBeGreaterThan(0);
    expect(after.get('mailwright_queue_deferred_messages{reason="connection"}')).toBe(1);
    const waits = now - (after.get("mailwright_queue_oldest_arrival_timestamp_seconds") ?? 0);
    expect(Math.abs(waits)).toBeLessThan(60);
    await sh("config setprop postfix MessageSizeMax 29000000; systemctl stop rspamd");
    const later = await read();
    expect(later.get("mailwright_pending_changes")).toBe(1);
    expect(later.get('mailwright_unit_running{unit="rspamd"}')).toBe(0);
    const printed = await container.must(["mailwright", "status", "--prometheus"]);
    expect([...parseExposition(printed).keys()]).toEqual([...later.keys()]);
    await sh("systemctl start rspamd; postsuper -d ALL");
    await apply(container);
  });

  test("completes what daemons tell, and nothing in it steers a terminal", async () => {
    const offered = async (...words: string[]): Promise<string> =>
      container.must(["mailwright", "complete", "mailwright", ...words, ""]);
    await container.must(["mailwright", "mailbox", "add", "office"]);
    const held =
      "X-Quarantine-Id: 7C7115D0\nX-Quarantine-Sender: <a@sender.example.net>\nSubject: \u001b[31mred\n\nx\n";
    await container.must(["doveadm", "save", "-u", "mary", "-m", "INBOX"], { input: held });
    await setZone(container, { ...zone, "away.example.net A": ["192.0.2.9"] });
    const input = "Subject: x\n\nx\n";
    await container.must(["sendmail", "-f", "root@domain.org", "x@away.example.net"], { input });
    // Its id is another one until it has left maildrop.
    const queued = async () => /"deferred", "queue_id": "(\w+)"/.exec(await sh("postqueue -j"))?.[1];
    const id = await waitFor(queued, 30);
    expect(await offered("queue", "show")).toBe(`${id}\troot@domain.org to x@away.example.net\n`);
    expect(await offered("queue", "delete")).toContain(`${id}\t`);
    const quarantined = await offered("quarantine", "release");
    expect(quarantined).toMatch(/^7C7115D0\t.*a@sender\.example\.net.*red\n$/);
    expect(quarantined).not.toContain("\u001b");
    expect(await offered("mailbox", "modify")).toMatch(/^office\t/);
    const samples = parseExposition(await container.must(["mailwright", "status", "--prometheus"]));
    expect(samples.get("mailwright_quarantined_messages")).toBe(1);
    expect(samples.get("mailwright_quarantined_bytes")).toBe(held.length);
    await container.must(["mailwright", "quarantine", "delete", "7C7115D0", "--yes"]);
    await container.must(["mailwright", "mailbox", "delete", "office", "--yes"]);
    await sh("postsuper -d ALL");
  });

  test("lists of what daemons tell are silent where nobody reads them on", async () => {
    const lines = [
      "user list",
      "mailbox list",
      "quota john",
      "bayes status",
      "dkim list",
      "dkim verify domain.org",
    ];
    lines.push(
      "queue list",
      "queue list --summary",
      "quarantine list",
      "connector list",
      "sync status",
      "log trace @domain.org",
      "log summary",
      "doctor",
      "status",
    );
    for (const line of lines) {
      const plain = await container.run(["sh", "-c", `mailwright ${line}`]);
      expect(plain.exit, line).toBe(0);
      const closed = await container.run([
        ...["bash", "-c", `{ sleep 0.2; mailwright ${line}; } | true; exit $PIPESTATUS`],
      ]);
      expect({ line, ...closed }).toEqual({ line, exit: 0, stdout: "", stderr: plain.stderr });
    }
  });

  test("leaves no trace: the logs do not complain, the queue is empty, and no file is another", async () => {
    await repeat(container, "nethserver-mail-server-save");
    await queueIsEmpty(container);
    expect(await complaints(container, ...offline, suspended, uncached)).toEqual([]);
  });
});
