import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { offline, startFilterServer } from "./container/filter-server.ts";
import { send, smtpSend, waitFor, XJS } from "./container/mail.ts";
import { addMail, host, pauseTimer, startProvider } from "./container/provider.ts";
import { keep } from "./container/quarantine.ts";

interface Traced {
  readonly messageId: string;
  readonly queueId: string;
  readonly from: string;
  readonly ends: readonly { to: string; end: string; where: string; reason: string; attempts: number }[];
  readonly verdict: readonly string[];
  readonly records: readonly { kind: string; text: string }[];
}

const fetched = (kind: string, body = "Text", ...headers: string[]): string =>
  [
    ...(kind === "bare" ? [] : ["Return-Path: <a@sender.example.net>"]),
    "From: A Sender <a@sender.example.net>",
    "To: <jd@isp.net>",
    `Subject: ${kind} NUMBER`,
    ...(kind === "bare" ? [] : [`Message-ID: <NUMBER.${kind}@sender.example.net>`]),
    ...headers,
    "",
    body,
    "",
  ].join("\n");

const program = [
  "MIME-Version: 1.0",
  'Content-Type: application/octet-stream; name="a.exe"',
  'Content-Disposition: attachment; filename="a.exe"',
  "Content-Transfer-Encoding: base64",
];

describe("G2 the log tells of mail that came in other ways", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const trace = async (...what: string[]): Promise<Traced[]> => {
    const { stdout } = await container.run(["mailwright", "log", "trace", "--json", ...what]);
    return stdout === "" ? [] : JSON.parse(stdout);
  };
  const verdicts = async (...what: string[]): Promise<string[]> =>
    (await trace(...what)).flatMap(({ verdict }) => verdict);
  const newest = async (kind: string): Promise<Traced> => {
    const told = await trace("jd@isp.net");
    const found = told.findLast(({ messageId }) =>
      kind === "bare" ? messageId === "" : messageId.includes(`.${kind}@`),
    );
    if (found === undefined) throw new Error(JSON.stringify(told));
    return found;
  };

  beforeAll(async () => {
    container = await startFilterServer(["john", "mary", "spam"], async (booted) => {
      await booted.write("/etc/e2e-zone", `${host} A 192.0.2.2\nclosed.example.net A 192.0.2.3\n`);
      await booted.must(["ip", "route", "add", "unreachable", "192.0.2.3/32"]);
      const quarantine = ["QuarantineStatus", "enabled", "QuarantineAccount", "spam@domain.org"];
      await booted.must(["config", "setprop", "rspamd", ...quarantine]);
    });
    await startProvider(container, { jd: password });
    await pauseTimer(container);
    await type("signal-event", "nethserver-mail-getmail-update");
    const account = ["--to", "john", "--protocol", "imaps", "--host", host, "--username", "jd"];
    const argv = ["mailwright", "connector", "add", "jd@isp.net", ...account, "--password-stdin"];
    await container.must(argv, { input: password });
  });
  afterAll(() => container?.stop());

  test("a fetched message: its account, the filter's verdict, the folder or why it is refused, with and without an identifier", async () => {
    await addMail(container, "jd", 1, fetched("plain"));
    await addMail(container, "jd", 1, fetched("spam", XJS));
    await addMail(container, "jd", 1, fetched("bare"));
    await addMail(container, "jd", 1, fetched("program", "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAA", ...program));
    await type("mailwright", "fetch", "--all");
    const told = await waitFor(async () => {
      const stories = await trace("jd@isp.net");
      const isTold = ({ verdict, ends: [one] }: Traced): boolean =>
        verdict.some((text) => text.includes("Rspamd ")) && (one?.end === "refused" || one?.where !== "");
      return stories.length === 4 && stories.every(isTold) && stories;
    });
    expect((await newest("plain")).verdict).toEqual([
      expect.stringMatching(/^delivered to john@domain\.org, folder INBOX: Rspamd [\d.]+\/20 no action/),
    ]);
    expect((await newest("spam")).verdict).toEqual([
      expect.stringMatching(/^delivered to john@domain\.org, folder Junk: Rspamd 20\/20 reject/),
    ]);
    expect((await newest("bare")).verdict).toEqual([
      expect.stringMatching(/^delivered to john@domain\.org, folder INBOX: Rspamd .*MISSING_MID/),
    ]);
    expect((await newest("program")).verdict).toEqual([
      expect.stringMatching(/^refused for john@domain\.org: .*a\.exe is an executable; Rspamd/),
    ]);
    expect(await trace("a@sender.example.net")).toHaveLength(4);
    for (const { queueId, messageId, verdict } of told) {
      expect(await verdicts(queueId)).toEqual(verdict);
      if (messageId !== "") expect(await verdicts(`<${messageId}>`)).toEqual(verdict);
    }
    const text = await type("mailwright", "log", "trace", "<1.spam@sender.example.net>");
    expect(text).toContain(`fetched from jd@isp.net at ${host}`);
    const mark = (await type("doveadm", "fetch", "-u", "john", "hdr.x-fetch-id", "mailbox", "Junk")).trim();
    expect(mark).toBe(`hdr.x-fetch-id: ${(await newest("spam")).queueId}`);
  });

  test("a message that stays at the provider is told of with the reason, and once more when it has come", async () => {
    await type("systemctl", "stop", "rspamd");
    await addMail(container, "jd", 1, fetched("kept"));
    for (const _ of [1, 2]) await container.run(["mailwright", "fetch", "jd@isp.net"]);
    expect((await newest("kept")).verdict).toEqual([
      expect.stringMatching(
        /^not fetched for john@domain\.org, kept at the provider, tried 2 times: the mail filter does not answer/,
      ),
    ]);
    await type("systemctl", "start", "rspamd");
    await waitFor(async () => (await container.run(["mailwright", "fetch", "jd@isp.net"])).exit === 0);
    const now = await waitFor(async () => {
      const story = await newest("kept");
      return story.ends[0]?.end === "delivered" && story;
    });
    expect(now.records.filter(({ kind }) => kind === "fetched").length).toBeGreaterThanOrEqual(3);
    const summary = async (by: string): Promise<Record<string, unknown>[]> =>
      JSON.parse(await type("mailwright", "log", "summary", "--by", by, "--json"));
    const sender = (await summary("sender")).find((row) => row["sender"] === "a@sender.example.net");
    expect(sender).toMatchObject({ messages: 4, delivered: 4, refused: 1, flagged: 1, deferred: 1 });
    expect(await summary("reason")).toContainEqual(
      expect.objectContaining({ reason: expect.stringContaining("the mail filter does not answer") }),
    );
  });

  test("what the quarantine holds, and what it sends on, is one story under both identifiers", async () => {
    await waitFor(async () => (await send(container, { to: ["mary@domain.org"] })).accepted, 60);
    // Without an identifier, as much spam comes.
    const data = `From: <a@x.net>\nSubject: spam of two\n\n${XJS}\n`;
    const to = ["john@domain.org", "mary@domain.org"];
    const { id } = await keep(container, { from: "a@outside.example.net", to, data, subject: "spam of two" });
    const other = await keep(container, { from: "", to: ["mary@domain.org"] });
    expect(await verdicts(id)).toEqual([
      "held in the quarantine for john@domain.org",
      "held in the quarantine for mary@domain.org",
      expect.stringMatching(/^Rspamd 20\/20 reject/),
    ]);
    const answer = await type("mailwright", "quarantine", "release", id, "--json");
    const { queueId } = JSON.parse(answer).released[0];
    await type("mailwright", "quarantine", "delete", other.id, "--yes");
    const stories = await waitFor(async () => {
      const told = await trace(id);
      return told[1]?.ends.length === 2 && told;
    });
    expect(stories.map((story) => story.queueId)).toEqual([id, queueId]);
    expect(stories.flatMap(({ verdict }) => verdict)).toEqual([
      `held in the quarantine for john@domain.org, released as ${queueId}`,
      `held in the quarantine for mary@domain.org, released as ${queueId}`,
      expect.stringMatching(/^Rspamd 20\/20 reject/),
      "delivered to john@domain.org, folder INBOX",
      "delivered to mary@domain.org, folder INBOX",
    ]);
    expect(await trace(queueId)).toEqual(stories);
    expect((await trace("a@outside.example.net")).map((story) => story.queueId)).toEqual([id, queueId]);
    expect((await trace("a@outside.example.net"))[0]?.from).toBe("a@outside.example.net");
    expect(await verdicts(other.id)).toEqual([
      expect.stringMatching(/^held in the quarantine for mary@domain\.org, deleted there; Rspamd/),
    ]);
  });

  test("a message of several recipients: a line each, what is wrong first, and the notifications that were made of it", async () => {
    await type(
      "postconf",
      "-e",
      "delay_warning_time = 1s",
      "queue_run_delay = 2s",
      "minimal_backoff_time = 2s",
    );
    await type("postfix", "reload");
    const id = "several@test.example.net";
    const to = ["john+Work@domain.org", "MARY@Domain.org", "x@closed.example.net", "y@none.example.net"];
    const login = { port: 587, tls: "starttls", user: "john", password, from: "john@domain.org" } as const;
    const headers = [`Message-ID: <${id}>`, "From: john@domain.org", "Subject: several"];
    const data = `${headers.join("\n")}\n\ntext\n`;
    expect((await smtpSend(container, { ...login, to, data })).accepted).toBe(true);
    const stories = await waitFor(async () => {
      const told = await trace(`<${id}>`);
      return told.length >= 3 && told[0]?.ends.length === 4 && told[0]?.ends[1]?.attempts !== 1 && told;
    }, 40);
    const [story, ...notifications] = stories;
    expect(story?.verdict.map((line) => line.slice(0, 72))).toEqual([
      expect.stringMatching(/^returned to its sender, undeliverable to y@none\.example\.net: /),
      expect.stringMatching(/^in the queue for x@closed\.example\.net, tried \d+ times: /),
      ...[expect.stringMatching(/^delivered to .*, folder INBOX$/), expect.stringMatching(/^delivered to /)],
      expect.stringMatching(/^Rspamd /),
    ]);
    expect(story?.verdict).toContain("delivered to john+Work@domain.org, folder INBOX");
    expect(story?.verdict).toContain("delivered to MARY@Domain.org, folder INBOX");
    const text = await type("mailwright", "log", "trace", `<${id}>`);
    expect(text).toContain(`sender non-delivery notification of ${story?.queueId}`);
    expect(text).toContain(`sender delay notification of ${story?.queueId}`);
    expect(notifications.every(({ from, ends }) => from === "" && ends[0]?.to === "john@domain.org")).toBe(
      true,
    );
    for (const address of ["john@domain.org", "john+work@domain.org", "mary@DOMAIN.org"])
      expect((await trace(address)).map(({ queueId }) => queueId)).toContain(story?.queueId);
    expect((await trace("john+other@domain.org")).map(({ queueId }) => queueId)).toEqual([]);
  });

  test("a message that is queued anew keeps its story, and a sender is refused without a message", async () => {
    const [waiting] = await trace("x@closed.example.net");
    const id = waiting?.queueId ?? "";
    // Long identifiers: none comes again when its message has gone (postconf(5), enable_long_queue_ids).
    expect(id).toMatch(/^[0-9BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz]{12,}$/);
    await type("postsuper", "-r", id);
    await type("postqueue", "-f");
    const stories = await waitFor(async () => {
      const told = await trace(id);
      const again = told.find(({ queueId, messageId }) => queueId !== id && messageId === waiting?.messageId);
      return again !== undefined && again.ends[0]?.end === "deferred" && told;
    });
    const again = stories.find(
      ({ queueId, messageId }) => queueId !== id && messageId === waiting?.messageId,
    );
    expect(again?.records[0]?.text).toBe(`handed in by uid ${await uidOfPostfix()}, queued before as ${id}`);
    const before = stories.find(({ queueId }) => queueId === id);
    expect(before?.verdict).toContain(`queued anew as ${again?.queueId}, for x@closed.example.net`);
    await type("mailwright", "queue", "delete", "--all", "--yes");
    const deleted = (await trace(id)).find(({ queueId }) => queueId === again?.queueId);
    expect(deleted?.verdict[0]).toMatch(
      /^deleted from the queue by the administrator, for x@closed\.example\.net, tried /,
    );
    const from = "someone@no-such-domain.example.net";
    expect((await send(container, { from, to: ["nobody@domain.org"] })).accepted).toBe(false);
    const told = await trace(from);
    expect(told).toMatchObject([{ queueId: "", from, ends: [{ end: "refused", to: "nobody@domain.org" }] }]);
  });

  test("what was too long in the queue has gone back to its sender, and an address that is tried is no mail", async () => {
    const counts = async (by: string): Promise<Record<string, unknown>[]> =>
      JSON.parse(await type("mailwright", "log", "summary", "--by", by, "--json"));
    const [before] = await counts("day");
    await type("sendmail", "-bv", "mary@domain.org");
    const probe = await waitFor(async () =>
      (await trace("mary@domain.org")).find(({ ends }) => ends[0]?.end === "probed"),
    );
    expect(probe.verdict[0]).toMatch(/^address mary@domain\.org was tried, and is deliverable: 250 /);
    await type("postconf", "-e", "maximal_queue_lifetime = 0", "bounce_queue_lifetime = 0");
    await type("postfix", "reload");
    const to = "late@closed.example.net";
    await container.must(["sendmail", "-f", "john@domain.org", to], { input: "Subject: late\n\ntext\n" });
    const told = await waitFor(async () => {
      const [story] = await trace(to);
      return story?.ends[0]?.end === "returned" && story;
    }, 40);
    expect(told.verdict[0]).toMatch(
      /^returned to its sender, undeliverable to late@closed\.example\.net: it has expired \(/,
    );
    expect((await counts("recipient")).find(({ recipient }) => recipient === to)).toMatchObject({
      returned: 1,
    });
    // Beside the message: the report of the try, and the notification.
    await queueIsEmpty(container);
    const [after] = await counts("day");
    expect(Number(after?.["messages"]) - Number(before?.["messages"])).toBe(3);
  });

  const uidOfPostfix = async (): Promise<string> => (await type("id", "-u", "postfix")).trim();

  test("the daemons have nothing to complain of, and the events run again change no file", async () => {
    await container.must(["signal-event", "--on-edit", "overwrite", "nethserver-mail-server-save"]);
    await apply(container);
    expect(
      await complaints(
        container,
        ...offline,
        /Connection refused|No route to host|Host not found|delay template|see the bounce|instructions see/,
      ),
    ).toEqual([]);
  });
});
