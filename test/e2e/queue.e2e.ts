import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { complaints, queueIsEmpty } from "./container/administrator.ts";
import { bootMailServer } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { relayLogOf, startRelayHost } from "./container/domain-org.ts";
import { waitFor } from "./container/mail.ts";
import { typeInto } from "./container/terminal.ts";

interface Queued {
  id: string;
  queue: string;
  from: string;
  size: number;
  recipients: { address: string; reason: string }[];
}

const fillQueue = readFileSync(new URL("container/fill-queue.py", import.meta.url), "utf8");

/** What waits, for a host that refuses connections. */
describe("G1 the queue", () => {
  let container: Container;

  const queue = (...words: string[]) => container.run(["mailwright", "queue", ...words]);
  const must = (...words: string[]) => container.must(["mailwright", "queue", ...words]);
  const list = async (...words: string[]): Promise<Queued[]> =>
    JSON.parse(await must("list", ...words, "--json"));
  const hand = async (
    from: string,
    to: string[],
    subject: string,
    host = "away.example.net",
  ): Promise<void> => {
    const recipients = to.map((name) => `${name}@${host}`);
    const input = `From: <${from || "x@domain.org"}>\nSubject: ${subject}\n\nText of ${subject}.\n`;
    await container.must(["sendmail", "-f", from, "--", ...recipients], { input });
  };
  const deferred = async (count: number): Promise<void> => {
    await waitFor(async () => (await list("--queue", "deferred")).length === count, 40);
  };
  const subjects = async (...words: string[]): Promise<string[]> => {
    const found = await list(...words);
    const texts = await Promise.all(found.map(({ id }) => must("show", id)));
    return texts.map((text) => /^Subject: (.*)$/m.exec(text)?.[1] ?? "").sort();
  };

  beforeAll(async () => {
    container = await bootMailServer(["john"], async (booted) => {
      const hosts = ["away", "far", "mass"].map((name) => `${name}.example.net A 192.0.2.2\n`);
      await booted.write("/etc/e2e-zone", hosts.join(""));
      await booted.write("/usr/local/lib/fill-queue.py", fillQueue);
    });
  });
  afterAll(() => container?.stop());

  test("list: an empty queue, and what waits, oldest first, with the reasons", async () => {
    expect(await must("list")).toBe("The queue is empty.\n");
    await hand("john@domain.org", ["a"], "one");
    await hand("mary@domain.org", ["a", "b"], "two");
    await hand("mary@domain.org", ["c"], "three", "far.example.net");
    await hand("", ["a"], "note");
    await deferred(4);
    const waiting = await list();
    expect(waiting.map(({ from }) => from).sort()).toEqual([
      "",
      "john@domain.org",
      "mary@domain.org",
      "mary@domain.org",
    ]);
    const one = waiting.find(({ from }) => from === "john@domain.org");
    expect(one).toMatchObject({ queue: "deferred", recipients: [{ address: "a@away.example.net" }] });
    expect(one?.recipients[0]?.reason).toContain("Connection refused");
    const text = await must("list");
    expect(text).toMatch(/b@away|and 1 more/);
    expect(text).toContain("4 messages");
    expect(await must("list", "--summary")).toMatch(/^3 .* deferred .*Connection refused/m);
  });

  test("the selection: recipient, domain, sender, reason, age and part of the queue, all of what is given", async () => {
    expect(await subjects("--to", "A@AWAY.example.net")).toEqual(["note", "one", "two"]);
    expect(await subjects("--to", "@far.example.net")).toEqual(["three"]);
    expect(await subjects("--to", "@example.net")).toEqual([]);
    expect(await subjects("--from", "<>")).toEqual(["note"]);
    expect(await subjects("--from", "mary@domain.org", "--to", "b@away.example.net")).toEqual(["two"]);
    expect(await subjects("--reason", "connection REFUSED")).toHaveLength(4);
    expect(await subjects("--reason", "no such thing")).toEqual([]);
    expect(await subjects("--older", "1h")).toEqual([]);
    expect(await subjects("--queue", "hold")).toEqual([]);
    const refused = await queue("list", "--older", "soon");
    expect(refused).toMatchObject({ exit: 3, stderr: expect.stringContaining("accepted: an age such as") });
  });

  test("show: envelope, reasons and headers; --raw the message as it came", async () => {
    const [{ id = "" } = {}] = await list("--from", "john@domain.org");
    const shown = await must("show", id);
    expect(shown).toMatch(/from john@domain\.org\n {2}to {3}a@away\.example\.net: .*Connection refused/);
    expect(await must("show", id, "--raw")).toMatch(/Subject: one\n(?:.+\n)*\nText of one\.\n$/);
    expect(await queue("show", id, "--raw", "--json")).toMatchObject({ exit: 3, stdout: "" });
  });

  test("show --raw: byte for byte, however long; what is not in the queue is status 1 for every verb", async () => {
    const script =
      "(printf 'Subject: bytes\\n\\n\\351\\377\\n'; seq 300000; echo end) >/tmp/bytes; sendmail -f x@domain.org a@away.example.net </tmp/bytes";
    await container.must(["sh", "-ec", script]);
    await deferred(5);
    const [{ id = "" } = {}] = await list("--from", "x@domain.org");
    const compare = `mailwright queue show ${id} --raw >/tmp/raw; sed -n '/^Subject: bytes/,$p' /tmp/raw | grep -av '^\\(Message-Id\\|Date\\|From\\): ' | cmp - /tmp/bytes`;
    await container.must(["sh", "-ec", compare]);
    const missing = { exit: 1, stderr: expect.stringContaining("FFFFFF is not in the queue") };
    for (const words of [["show"], ["hold"], ["release"], ["resend"], ["delete", "--yes"]])
      expect(await queue(...words, "FFFFFF"), words[0]).toMatchObject(missing);
    expect(await queue("release", id)).toMatchObject({
      ...{ exit: 0, stdout: "0 messages (0 B) released.\n" },
      stderr: expect.stringContaining("1 message left alone that is not held"),
    });
    // What is there is done with, whatever is not.
    expect(await queue("delete", id, "FFFFFF", "--yes")).toMatchObject({
      ...missing,
      stdout: expect.stringMatching(/^1 message .* deleted/),
    });
  });

  test("a message with thousands of recipients, of which Postfix tells in one line, is one like others", async () => {
    const script = "sendmail -f x@domain.org $(seq -f 'r%g@mass.example.net' 3000) </tmp/bytes";
    await container.must(["sh", "-ec", script]);
    await deferred(5);
    expect(Number(await container.must(["sh", "-c", "postqueue -j | wc -L"]))).toBeGreaterThan(400_000);
    const [one, ...others] = await list("--from", "x@domain.org");
    expect(one?.recipients).toHaveLength(3000);
    expect(one?.recipients.filter(({ reason }) => reason === "")).toEqual([]);
    expect(others).toEqual([]);
    expect(await must("delete", "--to", "@mass.example.net", "--yes")).toMatch(/^1 message .* deleted/);
  });

  test("hold keeps messages from being tried, release lets them go", async () => {
    expect(await must("hold", "--from", "mary@domain.org", "--to", "@far.example.net")).toMatch(
      /^1 message .*held/,
    );
    expect(await subjects("--queue", "hold")).toEqual(["three"]);
    expect(await must("release", "--all")).toMatch(/^1 message .*released/);
    expect(await subjects("--queue", "hold")).toEqual([]);
    await deferred(4);
  });

  test("delete: asks, says how many, leaves what others wait for, and never does it unasked", async () => {
    expect(await queue("delete")).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining("which messages"),
    });
    const unasked = await queue("delete", "--to", "a@away.example.net");
    expect(unasked).toMatchObject({ exit: 3, stderr: expect.stringContaining("--yes") });
    expect(await list()).toHaveLength(4);
    const dry = await queue("delete", "--to", "a@away.example.net", "--dry-run");
    expect(dry.stdout).toMatch(/^2 messages .*would be deleted/);
    expect(dry.stderr).toMatch(/1 message .*left alone that others wait for too/);
    const told = JSON.parse(
      await must("delete", "--to", "b@away.example.net", "--shared", "--dry-run", "--json"),
    );
    expect(told).toEqual({ deleted: [expect.any(String)], dryRun: true });
    const no = await typeInto(container, ["mailwright", "queue", "delete", "--all"], [["Go on?", "n"]]);
    expect(no.exit).toBe(3);
    expect(no.shown).toMatch(/4 messages .* will be deleted/);
    const yes = await typeInto(
      container,
      ["mailwright", "queue", "delete", "--to", "a@away.example.net"],
      [["Go on?", "y"]],
    );
    expect(yes.exit).toBe(0);
    expect(await subjects()).toEqual(["three", "two"]);
    expect(await must("delete", "--to", "a@away.example.net", "--shared", "--yes")).toMatch(/^1 message /);
    expect(await subjects()).toEqual(["three"]);
  });

  test("resend and flush try again: what waits goes out when the host answers", async () => {
    await hand("john@domain.org", ["d"], "four", "away.example.net");
    await deferred(2);
    await startRelayHost(container, ["25"]);
    const [{ id = "" } = {}] = await list("--to", "@far.example.net");
    const tried = await queue("resend", id, "FFFFFF");
    expect(tried.exit).toBe(1);
    expect(tried.stdout).toMatch(/^1 message .*tried again/);
    expect(tried.stderr).toContain("FFFFFF is not in the queue");
    // One that goes out between the list and its subject has no subject.
    await waitFor(async () => (await subjects().catch(() => [])).join() === "four");
    expect(await must("flush")).toBe("Every message in the queue is tried now.\n");
    await queueIsEmpty(container);
    expect((await relayLogOf(container)).map(({ subject }) => subject)).toEqual(["three", "four"]);
    await container.outside.run(["sh", "-c", "kill $(cat /tmp/relay.pid)"]);
  });

  test("watch draws two charts on a terminal, and prints a line for each look elsewhere", async () => {
    await hand("john@domain.org", ["a"], "one");
    await deferred(1);
    const lines = (await must("watch", "--every", "0.2", "--count", "3")).trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}1 message {2}\d+ B$/);
    const { shown } = await typeInto(
      container,
      ["env", "LANG=C.UTF-8", "mailwright", "queue", "watch", "--every", "0.2", "--count", "2"],
      [],
    );
    expect(shown).toMatch(/messages: 1 \(top of the chart: 1\)/);
    expect(shown).toContain("█");
    expect(shown).toMatch(/kilobytes: \d/);
    await must("delete", "--all", "--yes");
  });

  test("20 000 deferred messages: listed within twice the time of postqueue, deleted by recipient exactly", async () => {
    await hand("john@domain.org", ["keep"], "keep", "mass.example.net");
    await hand("john@domain.org", ["x"], "x", "mass.example.net");
    await deferred(2);
    for (const to of ["keep", "x"]) {
      const [{ id = "" } = {}] = await list("--to", `${to}@mass.example.net`);
      await container.must(["python3", "/usr/local/lib/fill-queue.py", id, "9999"]);
    }
    const script =
      "for i in 1 2 3 4 5; do for c in 'postqueue -j' 'mailwright queue list'; do s=$(date +%s%N); $c >/tmp/listed; echo $(( $(date +%s%N) - s )); done; done";
    const times = (await container.must(["sh", "-c", script])).trim().split("\n").map(Number);
    const median = (which: number): number =>
      times.filter((_, index) => index % 2 === which).sort((one, other) => one - other)[2] ?? 0;
    console.log(
      `queue list / postqueue -j, 20 000 messages: ${(median(1) / median(0)).toFixed(2)} (limit 2.0)`,
    );
    expect(median(1) / median(0)).toBeLessThanOrEqual(2);
    expect((await container.read("/tmp/listed")).trimEnd().split("\n").at(-1)).toMatch(/^20000 messages/);
    expect(await must("delete", "--to", "X@mass.example.net", "--yes")).toMatch(/^10000 messages .*deleted/);
    const left = await list();
    expect(left).toHaveLength(10_000);
    expect(new Set(left.flatMap(({ recipients }) => recipients.map(({ address }) => address)))).toEqual(
      new Set(["keep@mass.example.net"]),
    );
    await must("delete", "--all", "--yes");
    await queueIsEmpty(container);
  });

  test("the daemons have nothing to complain of", async () => {
    expect(await complaints(container, /Connection refused/)).toEqual([]);
  });
});
