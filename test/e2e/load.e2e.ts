import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { complaints } from "./container/administrator.ts";
import { type Container, startContainer } from "./container/container.ts";
import { smtpSend, waitFor } from "./container/mail.ts";
import { debPath, rootCache } from "./places.ts";

const client = readFileSync(new URL("./container/load-client.py", import.meta.url), "utf8");
const users = 200;
const parallel = 20;

/** What load-client.py tells at its end. */
interface Sent {
  readonly accepted: readonly string[];
  readonly refused: readonly string[];
  readonly unknown: readonly string[];
  readonly seconds: number;
}

describe("mail under way while settings change", () => {
  let container: Container;
  let round = 0;

  const type = (...argv: string[]): Promise<string> => container.must(argv);

  /** `pause`: seconds after each message of a connection. */
  async function send(prefix: string, count: number, pause: number): Promise<Sent> {
    const program = "/usr/local/lib/load-client.py";
    const argv = ["python3", program, "192.0.2.1", count, parallel, pause, prefix, users];
    const { stdout, stderr } = await container.outside.run([...argv.map(String), "load@domain.org"]);
    if (stdout === "") throw new Error(`the client has failed: ${stderr}`);
    return JSON.parse(stdout);
  }

  /** One of each kind of change, each applied by its event; every file of an event changes really. */
  async function change(): Promise<void> {
    const number = ++round;
    const extra = `extra${number}@domain.org`;
    await type("db", "accounts", "set", extra, "user", "MailAccess", "private");
    await type("signal-event", "user-create", extra);
    const forward = ["MailForwardStatus", "enabled", "MailForwardAddress", `n${number}@outside.example.net`];
    await type("db", "accounts", "setprop", extra, ...forward);
    await type("signal-event", "user-modify", extra);
    await type("db", "accounts", "setprop", "load@", "Account", `user${number % 2}`);
    await type("signal-event", "pseudonym-modify", "load@");
    await type("config", "setprop", "postfix", "MessageSizeMax", String(20_000_000 + number));
    await type("signal-event", "nethserver-mail-server-save");
  }

  /** Sends, and changes settings until all is sent; returns how often. */
  async function sendWhileChanging(
    prefix: string,
    count: number,
    pause = 0,
  ): Promise<{ sent: Sent; rounds: number }> {
    let isSent = false;
    const before = round;
    const sending = send(prefix, count, pause).finally(() => {
      isSent = true;
    });
    // A failing change ends the loop, and the client is waited for all the same.
    const changing = (async () => {
      do await change();
      while (!isSent);
    })();
    const [sent] = await Promise.all([sending, changing]);
    return { sent, rounds: round - before };
  }

  const queued = async (): Promise<string> => (await type("postqueue", "-j")).trim();

  /** How many mailboxes hold each message of the prefix, by its id, when the queue is empty. */
  async function mailboxesOf(prefix: string): Promise<Map<string, number>> {
    const limit = Date.now() + 180_000;
    let delayed = "";
    for (let queue = await queued(); queue !== ""; queue = await queued()) {
      const reasons = [...queue.matchAll(/"delay_reason": "([^"]*)"/g)].map(([, reason]) => reason);
      if (reasons.length > 0)
        delayed = `${reasons.length} deliveries were put off: ${[...new Set(reasons)].join("; ")}`;
      if (Date.now() > limit) throw new Error(`the queue does not empty: ${queue.slice(0, 2000)}`);
      // What was put off waits for minutes otherwise.
      await type("postqueue", "-f");
      await sleep(3000);
    }
    if (delayed !== "") console.log(delayed);
    const program = `i=0; while [ $i -lt ${users} ]; do
      doveadm -f flow fetch -u user$i hdr.x-load-id header X-Load-Id ${prefix}; i=$((i + 1)); done`;
    const rows = (await type("sh", "-c", program)).split("\n").filter(Boolean);
    const found = new Map<string, number>();
    for (const row of rows) {
      const id = row.replace("hdr.x-load-id=", "").trim();
      found.set(id, (found.get(id) ?? 0) + 1);
    }
    return found;
  }

  /** Sees that every message was accepted and lies in exactly one mailbox. */
  async function expectAllOnce(prefix: string, count: number, sent: Sent): Promise<void> {
    expect(sent.refused).toEqual([]);
    expect(sent.unknown).toEqual([]);
    expect(new Set(sent.accepted).size).toBe(count);
    const found = await mailboxesOf(prefix);
    expect(sent.accepted.filter((id) => !found.has(id))).toEqual([]);
    expect([...found].filter(([, mailboxes]) => mailboxes !== 1)).toEqual([]);
    expect(found.size).toBe(count);
  }

  function tell(what: string, sent: Sent, rounds: number): void {
    const rate = (sent.accepted.length / sent.seconds).toFixed(0);
    console.log(`${what}: ${rate} messages a second while settings changed ${4 * rounds} times`);
  }

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    await container.write("/usr/local/lib/load-client.py", client);
    await type("config", "set", "DomainName", "domain.org");
    await type("config", "setprop", "rspamd", "status", "disabled");
    // It would have mail wait for signatures.
    await type("config", "setprop", "clamd@rspamd", "status", "disabled");
    await type("config", "setprop", "rspamd", "VirusCheckStatus", "disabled");
    const records = Array.from({ length: users }, (_, index) => `user${index}@domain.org=user\n`);
    await container.must(["db", "accounts", "import", "-"], { input: records.join("") });
    await type("db", "accounts", "set", "load@", "pseudonym", "Account", "user0");
    await type("signal-event", "nethserver-mail-server-update");
    await type("signal-event", "nethserver-mail-filter-save");
    await type("mailwright", "apply");
    const first = { from: "someone@outside.example.net", to: ["user0@domain.org"] };
    await waitFor(async () => (await smtpSend(container, first)).accepted, 60);
  });
  afterAll(() => container?.stop());

  test("2000 messages over 20 connections lie in one mailbox each, while users, addresses and daemons change", async () => {
    const { sent, rounds } = await sendWhileChanging("bulk", 2000);
    tell("without the filter", sent, rounds);
    expect(rounds).toBeGreaterThanOrEqual(1);
    await expectAllOnce("bulk", 2000, sent);
  }, 300_000);

  test("1000 messages do so that come slowly, so that each connection lives through many changes", async () => {
    const { sent, rounds } = await sendWhileChanging("slow", 1000, 0.3);
    tell("slowly", sent, rounds);
    expect(rounds).toBeGreaterThanOrEqual(3);
    await expectAllOnce("slow", 1000, sent);
  }, 300_000);

  test("200 messages do so through the filter", async () => {
    await type("config", "setprop", "rspamd", "status", "enabled");
    await type("signal-event", "nethserver-mail-filter-update");
    const scanned = async (): Promise<boolean> => {
      const mail = { from: "someone@outside.example.net", to: ["user0@domain.org"] };
      return (await smtpSend(container, mail)).accepted;
    };
    await waitFor(scanned, 60);
    const { sent, rounds } = await sendWhileChanging("scanned", 200);
    tell("with the filter", sent, rounds);
    await expectAllOnce("scanned", 200, sent);
  }, 300_000);

  test("nothing is left over: no odd line in the logs, and the events change no file again", async () => {
    expect((await container.run(["mailwright", "verify"])).exit).toBe(0);
    for (const event of ["nethserver-mail-server-save", "nethserver-mail-filter-save"])
      expect(await container.run(["signal-event", "--dry-run", event]), event).toMatchObject({ exit: 0 });
    // What a reload ends of Postfix's cache of connections, which is only a matter of speed, and of its counting of clients,
    // which smtpd asks again; and a filter that is being started: mail is put off by the sender then.
    const expected =
      /service private\/scache: Connection reset|problem talking to server private\/anvil|connect to Milter service inet:127\.0\.0\.1:11332: Connection refused/;
    expect(await complaints(container, expected)).toEqual([]);
  });
});
