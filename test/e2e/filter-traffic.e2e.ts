import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import {
  logOf,
  offline,
  rspamdComplaints,
  type Scored,
  scored,
  setRspamd,
  shortly,
  startFilterServer,
  verdict,
  waitForWorkers,
  workersOf,
} from "./container/filter-server.ts";
import { type Mail, send, waitFor } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";

const refused = "554 5.7.1 Spam message rejected";
const putOff = "451 4.7.1 Try again later";
const login = { user: "john", password };

/** Where mail comes from that is not from outside. */
const own: readonly (readonly [string, Partial<Mail>])[] = [
  ["a login on 587", { ...login, port: 587, tls: "starttls" }],
  ["a login on 465", { ...login, port: 465, tls: "wrapped" }],
  ["this machine", { via: "inside", host: "127.0.0.1" }],
];

/** Names of rules that ask who the client is, which only a stranger must answer. */
const forStrangers = /\b(?:R_SPF_\w+|DMARC_\w+|HFILTER_HELO\w+|RBL_\w+|RDNS_\w+|AUTH_NA\w*|ONCE_RECEIVED)\b/g;

describe("what passes the filter, and how it runs", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const from = async (place: Partial<Mail>, message: Scored): Promise<string> =>
    shortly(await send(container, { ...scored(message), ...place }));

  /** The rules for strangers that a message has met which claims to be john's. */
  async function rulesMet(place: Partial<Mail>): Promise<string[]> {
    const mail = scored({ from: "john@domain.org", subject: "who" });
    await send(container, { ...mail, helo: "192.0.2.9", ...place });
    const [line = ""] = await logOf(container, mail);
    return [...new Set(line.match(forStrangers))].sort();
  }

  async function trust(...network: string[]): Promise<void> {
    const before = await workersOf(container);
    await type("db", "networks", ...network);
    await type("signal-event", "trusted-networks-modify");
    await waitForWorkers(container, before);
  }

  beforeAll(async () => {
    container = await startFilterServer(["john", "mary"], async (booted) => {
      await booted.must(["config", "setprop", "rspamd", "SpamGreyLevel", "3"]);
      // With a record of each kind that is asked for: to an answer without one, Rspamd waits for another.
      const zone = [
        "domain.org A 192.0.2.1",
        "domain.org AAAA 2001:db8::1",
        "domain.org MX 10 mail.example.org",
        "domain.org TXT v=spf1 -all",
        "_dmarc.domain.org TXT v=DMARC1; p=reject",
        "2.2.0.192.zen.spamhaus.org A 127.0.0.4",
      ];
      await booted.write("/etc/e2e-zone", `${zone.join("\n")}\n`);
    });
  });
  afterAll(() => container?.stop());

  test("it starts without a complaint, on the loopback alone, and its whole configuration is sound", async () => {
    const { exit, stdout } = await container.run(["rspamadm", "configtest"]);
    expect({ exit, stdout: stdout.trim() }).toEqual({ exit: 0, stdout: "syntax OK" });
    expect(await rspamdComplaints(container)).toEqual([]);
    expect(await listening(container)).toEqual(["127.0.0.1:11332", "127.0.0.1:11334"]);
  });

  test("D4 mail of logins and of this machine is flagged, refused and judged by policy like any other, and never put off", async () => {
    expect(await verdict(container, { score: 4 })).toBe(putOff);
    for (const [name, place] of own) {
      expect(await from(place, { score: 4 }), name).toBe("250");
      expect(await from(place, { score: 12 }), name).toBe("250");
      expect(await from(place, { score: 20 }), name).toBe(refused);
      expect(await from(place, { headers: ["X-Test-Refusal: yes"] }), name).toBe(
        "554 5.7.1 refused by a test",
      );
    }
    const mail = scored({ score: 20 });
    await container.must(["sendmail", "-f", "john@domain.org", "-t"], { input: mail.data });
    expect((await logOf(container, mail)).join()).toContain("(reject)");
  });

  test("D4 a stranger must prove who it is; logins and this machine have done so", async () => {
    expect(await rulesMet({ from: "john@domain.org" })).toEqual(
      expect.arrayContaining(["DMARC_POLICY_REJECT", "R_SPF_FAIL", "RBL_SPAMHAUS_XBL"]),
    );
    for (const [name, place] of own) expect(await rulesMet(place), name).toEqual([]);
  });

  test("a changed trusted network is local to the filter at once: scored and refused, but neither put off nor a stranger", async () => {
    await trust("set", "192.0.2.0", "network", "Mask", "255.255.255.0");
    expect(await verdict(container, { score: 4 })).toBe("250");
    expect(await rulesMet({})).toEqual([]);
    expect(await verdict(container, { score: 20 })).toBe(refused);
    await trust("delete", "192.0.2.0");
    expect(await verdict(container, { score: 4 })).toBe(putOff);
    expect(await rulesMet({})).toContain("R_SPF_FAIL");
  });

  test("a message makes a line in the mail log with its Message-ID, queue ID, score, rules and verdict", async () => {
    const mail = scored({ score: 7, subject: "logged" });
    const { last } = await send(container, { ...mail, ...own[0]?.[1] });
    const [, queueId = "none"] = /queued as (\w+)/.exec(last.text) ?? [];
    const found = await logOf(container, mail);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`qid: <${queueId}>, ip: 192.0.2.2, user: john`);
    expect(found[0]).toMatch(/\(default: T \(add header\): \[7\.00\/20\.00\] \[.*TEST_SCORE\(/);
  });

  test("the history of the web interface is there after a restart", async () => {
    const secret = (await type("config", "getprop", "rspamd", "Password")).trim();
    const mail = scored({ score: 5.5, subject: "remembered" });
    await send(container, { ...mail, ...own[0]?.[1] });
    await type("systemctl", "restart", "rspamd");
    const history = await waitFor(async () => {
      const argv = ["curl", "-sf", "-H", `Password: ${secret}`, "http://127.0.0.1:11334/history"];
      const { exit, stdout } = await container.run(argv);
      return exit === 0 && JSON.parse(stdout);
    }, 60);
    const row = history.rows.find(({ subject }: { subject: string }) => subject === "remembered");
    expect(row).toMatchObject({ score: 5.5, action: "no action", user: "john" });
  });

  test("MaxProcesses processes check mail", async () => {
    expect(await checkers(container)).toBe(1);
    await setRspamd(container, "MaxProcesses", "3");
    expect(await checkers(container)).toBe(3);
    await setRspamd(container, "MaxProcesses", "1");
  });

  test("where no name server answers, a message is accepted all the same within seconds", async () => {
    await type("systemctl", "stop", "e2e-dns");
    const silent =
      "import socket, time; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('127.0.0.1', 53)); time.sleep(1000)";
    await type("systemd-run", "--quiet", "--unit=silent-dns", "python3", "-c", silent);
    const start = Date.now();
    // Postfix itself waits for the client's name before.
    expect(await from({ ...own[0]?.[1] }, { score: 1 })).toBe("250");
    expect(await verdict(container, { score: 1 })).toBe("250");
    expect(Date.now() - start).toBeLessThan(40_000);
    await type("systemctl", "stop", "silent-dns");
    await type("systemctl", "start", "e2e-dns");
  });

  test("status disabled: no filter runs and none is waited for; one that has died defers mail, and lets none pass", async () => {
    await type("systemctl", "stop", "rspamd");
    expect(await verdict(container, { score: 1 })).toMatch(/^451 4\.7\.1 Service unavailable/);
    await type("config", "setprop", "rspamd", "status", "disabled");
    await type("signal-event", "nethserver-mail-filter-save");
    await apply(container);
    expect((await type("postconf", "-h", "smtpd_milters", "non_smtpd_milters")).trim()).toBe("");
    expect((await container.run(["systemctl", "is-active", "rspamd"])).stdout.trim()).toBe("inactive");
    expect(await verdict(container, { score: 25 })).toBe("250");
    await type("config", "setprop", "rspamd", "status", "enabled");
    await type("signal-event", "nethserver-mail-filter-save");
    await waitFor(async () => (await verdict(container, { score: 20 })) === refused, 60);
  });

  test("the events again change nothing, and the daemons have nothing to complain of", async () => {
    await apply(container);
    await repeat(container, "nethserver-mail-filter-save");
    await repeat(container, "trusted-networks-modify");
    await queueIsEmpty(container);
    const provoked = [/milter-reject: END-OF-MESSAGE/, /query timed out/];
    expect(await complaints(container, ...offline, ...provoked)).toEqual([]);
    // Senders of other domains have no key here.
    expect(await rspamdComplaints(container, ...provoked)).toEqual([]);
  });
});

/** The addresses that Rspamd listens on, without those of IPv6. */
async function listening(container: Container): Promise<string[]> {
  const rows = (await container.must(["ss", "-Hltnp"])).split("\n").filter((row) => row.includes('"rspamd"'));
  return rows.map((row) => row.split(/\s+/)[3] ?? "").sort();
}

/** How many processes take mail from Postfix. */
async function checkers(container: Container): Promise<number> {
  const titles = await container.must(["ps", "-eo", "args"]);
  return titles.split("\n").filter((title) => /^rspamd: rspamd_proxy process/.test(title)).length;
}
