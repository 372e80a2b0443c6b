import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import type { Container } from "./container/container.ts";
import { offline, startFilterServer } from "./container/filter-server.ts";
import { send, waitFor } from "./container/mail.ts";

interface Traced {
  readonly queueId: string;
  readonly from: string;
  readonly ends: readonly { to: string; end: string; reason: string }[];
  readonly records: readonly { kind: string; at?: string }[];
}

describe("G2 the log tells of mail that was refused early, and of the newest", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const log = async (...argv: string[]): Promise<Record<string, unknown>[]> =>
    JSON.parse(await type("mailwright", "log", ...argv, "--json"));
  const trace = async (...what: string[]): Promise<Traced[]> => {
    const { stdout } = await container.run(["mailwright", "log", "trace", "--json", ...what]);
    return stdout === "" ? [] : JSON.parse(stdout);
  };
  const jane = "jane@outside.example.net";
  const busy = "451 4.7.1 Service unavailable - try again later";

  beforeAll(async () => {
    container = await startFilterServer(["john"]);
  });
  afterAll(() => container?.stop());

  test("who was put off while the filter was down is found by the sender, and counted", async () => {
    await type("systemctl", "stop", "rspamd");
    expect((await send(container, { from: jane, to: ["john@domain.org"] })).accepted).toBe(false);
    const told = await waitFor(async () => {
      const stories = await trace(jane);
      return stories.length > 0 && stories;
    });
    expect(told).toMatchObject([{ queueId: "", from: jane, ends: [{ end: "put off", reason: busy }] }]);
    expect(told[0]?.records).toMatchObject([{ kind: "refused", at: "MAIL" }]);
    const reasons = await log("summary", "--by", "reason");
    expect(reasons.find(({ reason }) => reason === busy)).toMatchObject({ refused: 1 });
    const senders = await log("summary", "--by", "sender");
    expect(senders.find(({ sender }) => sender === jane)).toMatchObject({ refused: 1, messages: 0 });
    await type("systemctl", "start", "rspamd");
  });

  test("whose client is refused at once is in the list of the newest", async () => {
    await type("postconf", "-e", "smtpd_delay_reject = no", "smtpd_client_restrictions = reject");
    await type("postfix", "reload");
    expect((await send(container, { from: jane, to: ["john@domain.org"] })).accepted).toBe(false);
    const [newest] = await waitFor(async () => {
      const stories = await trace("--since", "1m", "--limit", "1");
      return stories[0]?.records[0]?.at === "CONNECT" && stories;
    });
    expect(newest).toMatchObject({ from: "", ends: [{ end: "refused", to: "" }] });
    expect(newest?.ends[0]?.reason).toMatch(/^554 5\.7\.1 .*Client host rejected: Access denied$/);
    const senders = await log("summary", "--by", "sender");
    expect(senders.find(({ sender }) => sender === "unknown")).toMatchObject({ refused: 1 });
    await type("signal-event", "--on-edit", "overwrite", "nethserver-mail-server-save");
  });

  test("without an argument the newest are listed, a line each; a user's name and a domain are taken", async () => {
    await waitFor(async () => (await send(container, { from: jane, to: ["john@domain.org"] })).accepted, 60);
    await queueIsEmpty(container);
    const isThere = async (): Promise<boolean> =>
      /from jane@outside\.example\.net: delivered to john@domain\.org, folder INBOX/.test(
        await type("mailwright", "log", "trace", "--since", "5m"),
      );
    await waitFor(isThere);
    const lines = (await type("mailwright", "log", "trace", "--limit", "3")).trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}\S/);
    const [{ queueId } = { queueId: "" }] = (await trace(jane)).slice(-1);
    expect(queueId).not.toBe("");
    for (const what of ["john", "domain.org", "outside.example.net", "jane"])
      expect((await trace(what)).map((story) => story.queueId)).toContain(queueId);
    expect(await trace("example.net")).toEqual([]);
    const columns = async (by: string): Promise<string[]> =>
      (await type("mailwright", "log", "summary", "--by", by)).split("\n", 1)[0]?.split(/ +/) ?? [];
    expect(await columns("reason")).toEqual(["reason", "deferred", "returned", "refused"]);
    expect(await columns("recipient")).not.toContain("messages");
    expect(await columns("sender")).toEqual(expect.arrayContaining(["messages", "size"]));
  });

  test("the daemons have nothing to complain of, and the events run again change no file", async () => {
    await apply(container);
    expect(await complaints(container, ...offline)).toEqual([]);
  });
});
