import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import type { Container } from "./container/container.ts";
import { waitFor } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";
import {
  noKeys,
  offline,
  setZone,
  shownZone,
  startSigningServer,
  type Zone,
} from "./container/signed-mail.ts";

const bundle = "/etc/ssl/private/mailwright.pem";
const folder = "/etc/letsencrypt/live/mail.domain.org";
const shipped = "/usr/share/mailwright/templates/etc/postfix/main.cf/50hardening.hbs";
const own = "/etc/mailwright/templates/etc/postfix/main.cf/50hardening.hbs";

interface Finding {
  readonly check: string;
  readonly severity: string;
  readonly what: string;
  readonly where: string;
  readonly advice: string;
}

const silent = {
  exit: 0,
  stderr: "",
  stdout: expect.stringMatching(/^All is well: 11 checks in \S+ m?s\.\n$/),
};

/** A fault, how it is mended, and what is to be found of it. */
interface Fault {
  readonly title: string;
  plant(): Promise<unknown>;
  mend(): Promise<unknown>;
  readonly found: Partial<Finding>;
}

describe("G3 doctor", () => {
  let container: Container;
  let zone: Zone;
  let size = 20_000_000;

  const doctor = (...words: string[]) => container.run(["mailwright", "doctor", ...words]);
  const sh = (program: string) => container.must(["sh", "-ec", program]);
  const findings = async (...words: string[]): Promise<{ exit: number; found: Finding[] }> => {
    const { exit, stdout } = await doctor(...words, "--json");
    return { exit, found: JSON.parse(stdout).findings };
  };

  /** A certificate of an authority that the machine trusts, for so many days. */
  const issue = (days: number) =>
    sh(`mkdir -p ${folder} /tmp/ca; cd /tmp/ca
      test -e ca.crt || {
        openssl req -x509 -newkey rsa:2048 -nodes -subj '/CN=Authority' -days 90 -keyout ca.key -out ca.crt
        openssl req -newkey rsa:2048 -nodes -subj /CN=mail.domain.org -keyout mail.key -out mail.csr
        cp ca.crt /usr/local/share/ca-certificates/; update-ca-certificates
      } 2>/dev/null
      echo subjectAltName=DNS:mail.domain.org >extensions
      openssl x509 -req -in mail.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days ${days} -extfile extensions -out mail.crt 2>&1
      cp mail.key ${folder}/privkey.pem; cp mail.crt ${folder}/fullchain.pem`);
  const renew = async (days: number) => {
    await issue(days);
    await container.must(["signal-event", "certificate-update"]);
  };
  const zoneWith = (changed: Readonly<Record<string, readonly string[]>>) =>
    setZone(container, { ...zone, ...changed });

  const faults: readonly Fault[] = [
    {
      title: "an expired certificate",
      plant: () => renew(0),
      mend: () => renew(60),
      found: {
        check: "certificate",
        severity: "critical",
        what: expect.stringContaining("has expired"),
        where: bundle,
      },
    },
    {
      title: "a stopped unit",
      plant: () => sh("systemctl stop postfix"),
      mend: () => sh("systemctl start postfix"),
      found: { check: "units", severity: "critical", where: "postfix", advice: "systemctl start postfix" },
    },
    {
      title: "a unit that does not start at boot",
      plant: () => sh("systemctl disable dovecot"),
      mend: () => sh("systemctl enable dovecot"),
      found: { check: "units", severity: "warning", where: "dovecot", advice: "systemctl enable dovecot" },
    },
    {
      title: "a port that is closed on the way",
      plant: () => sh("ip rule add pref 10 ipproto tcp dport 4190 unreachable"),
      mend: () => sh("ip rule del pref 10"),
      found: {
        check: "ports",
        severity: "critical",
        what: expect.stringContaining("port 4190 of dovecot does not answer"),
        where: expect.stringMatching(/^\/etc\/dovecot\/dovecot\.conf:\d+$/),
      },
    },
    {
      title: "an MX record that leads elsewhere",
      plant: () => zoneWith({ "example.com MX": ["10 outside.example.net"] }),
      mend: () => zoneWith({}),
      found: {
        check: "dns",
        severity: "warning",
        what: "mail for example.com goes to outside.example.net, and not to this server",
        where: "example.com MX",
        advice: "publish: example.com. IN MX 10 mail.domain.org.",
      },
    },
    {
      title: "a missing SPF record",
      plant: () => zoneWith({ "domain.org TXT": [] }),
      mend: () => zoneWith({}),
      found: {
        check: "dns",
        severity: "warning",
        what: "domain.org has no SPF record",
        where: "domain.org TXT",
        advice: 'publish: domain.org. IN TXT "v=spf1 mx ~all"',
      },
    },
    {
      title: "a DKIM record of another key",
      plant: () =>
        zoneWith({ "default._domainkey.domain.org TXT": [`v=DKIM1; k=rsa; p=${"A".repeat(392)}`] }),
      mend: () => zoneWith({}),
      found: {
        check: "dns",
        severity: "critical",
        what: expect.stringContaining("the DKIM record default of domain.org is that of another key"),
        where: "default._domainkey.domain.org TXT",
      },
    },
    {
      title: "a file edited by hand",
      plant: () => sh("echo '# mine' >>/etc/dovecot/dovecot.conf"),
      mend: () => sh("sed -i '/^# mine$/d' /etc/dovecot/dovecot.conf"),
      found: {
        check: "state",
        severity: "warning",
        where: "/etc/dovecot/dovecot.conf",
        advice: "mailwright verify",
      },
    },
    {
      title: "a fragment of the site whose original has changed",
      plant: () => sh(`echo '{{! of a new version }}' >>${shipped}`),
      mend: () => sh(`sed -i '$d' ${shipped}`),
      found: { check: "state", severity: "warning", where: own, advice: "mailwright status" },
    },
    {
      title: "a disk that is nearly full",
      plant: () =>
        sh("mount -t tmpfs -o size=20m none /var/log && head -c 20800000 /dev/zero >/var/log/large"),
      mend: () => sh("umount -l /var/log"),
      found: {
        check: "disk",
        severity: "critical",
        where: "/var/log",
        what: expect.stringMatching(/^\d MB are left/),
      },
    },
    {
      title: "a setting that waits",
      plant: () => sh(`config setprop postfix MessageSizeMax ${(size += 1_000_000)}`),
      mend: () => container.must(["mailwright", "apply"]),
      found: {
        check: "state",
        severity: "warning",
        what: "settings wait to be applied: postfix MessageSizeMax",
        advice: "mailwright apply",
      },
    },
  ];

  /** Faults of one zone are planted at once. */
  const wholeZone = () =>
    zoneWith({
      "example.com MX": ["10 outside.example.net"],
      "domain.org TXT": [],
      "default._domainkey.domain.org TXT": [`v=DKIM1; k=rsa; p=${"A".repeat(392)}`],
    });

  beforeAll(async () => {
    container = await startSigningServer();
    // The table of the machine's own addresses is else asked before any rule.
    await sh("ip rule add pref 100 lookup local; ip rule del pref 0");
    await container.must(["mailwright", "domain", "modify", "domain.org", "--dkim"]);
    await issue(60);
    const files = ["CrtFile", `${folder}/fullchain.pem`, "KeyFile", `${folder}/privkey.pem`];
    await container.must(["config", "setprop", "pki", ...files]);
    await sh(`mkdir -p $(dirname ${own}); cp ${shipped} ${own}`);
    await apply(container);
    const text = { SPF: ["v=spf1 mx ~all"], DMARC: ["v=DMARC1; p=none"] };
    zone = {
      ...noKeys,
      ...(await shownZone(container, "domain.org")),
      "mail.domain.org A": ["192.0.2.1"],
      "mx.example.com A": ["192.0.2.1"],
      "1.2.0.192.in-addr.arpa PTR": ["mail.domain.org"],
      "domain.org MX": ["10 mail.domain.org"],
      "example.com MX": ["10 mx.example.com", "20 backup.example.net"],
      "domain.org TXT": text.SPF,
      "example.com TXT": ["some-verification=1", ...text.SPF],
      "_dmarc.domain.org TXT": text.DMARC,
      "_dmarc.example.com TXT": text.DMARC,
    };
    await setZone(container, zone);
  });
  afterAll(() => container?.stop());

  test("is silent but for its summary where all is well", async () => {
    expect(await doctor()).toMatchObject(silent);
    const { stdout } = await doctor("--json");
    const { state, checks, findings: none } = JSON.parse(stdout);
    expect({ state, none }).toEqual({ state: "good", none: [] });
    expect(checks).toHaveLength(11);
    for (const check of checks) expect(check).toEqual({ name: expect.any(String), state: "good" });
  });

  for (const { title, plant, mend, found: expected } of faults) {
    test(`names ${title}, and nothing else`, async () => {
      await plant();
      const { exit, found } = await findings();
      await mend();
      expect(found).toEqual([
        {
          check: "",
          what: expect.any(String),
          ...expected,
          where: expected.where ?? expect.any(String),
          severity: "",
          advice: expect.stringMatching(/./),
          ...expected,
        },
      ]);
      expect(exit).toBe(expected.severity === "critical" ? 2 : 1);
    });
  }

  test("names all of them together, and nothing else, each with its advice; then it is silent again", async () => {
    for (const { plant } of faults) await plant();
    await wholeZone();
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
    expect(shown.stdout).toMatch(/\n5 critical, 6 warnings: 11 checks in \S+ m?s\.\n$/);
    await waitFor(async () => (await doctor()).exit === 0, 30);
    expect(await doctor()).toMatchObject(silent);
  });

  test("tells of a damaged database, and that nothing else could be looked at", async () => {
    const copy = "/tmp/copy/var/lib/mailwright/mailwright.db";
    await sh(`mkdir -p $(dirname ${copy}); sqlite3() { python3 -c 'import sqlite3, sys
sqlite3.connect("/var/lib/mailwright/mailwright.db").backup(sqlite3.connect(sys.argv[1]))' "$1"; }; sqlite3 ${copy}`);
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
      expect((await doctor("--skip", "dns")).stdout).toMatch(/^All is well: 10 checks/);
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
  });

  test("leaves no trace: the logs do not complain, the queue is empty, and no file is another", async () => {
    await repeat(container, "nethserver-mail-server-save");
    await queueIsEmpty(container);
    expect(await complaints(container, ...offline)).toEqual([]);
  });
});
