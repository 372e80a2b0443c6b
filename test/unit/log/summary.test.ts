import { describe, expect, it } from "vitest";
import { parseRecord } from "../../../src/log/parse-record.ts";
import { type Grouping, meaningful, Summary } from "../../../src/log/summarize.ts";

const at = (minute: number): string =>
  `2026-11-25T10:${String(minute).padStart(2, "0")}:00.000000+00:00 mail`;

/** A line of a minute of the hour. */
const qmgr = (minute: number, id: string, said: string): string =>
  `${at(minute)} postfix/qmgr[1]: ${id}: ${said}`;
const active = (minute: number, id: string, from: string): string =>
  qmgr(minute, id, `from=<${from}>, size=90, nrcpt=1 (queue active)`);
const tried = (minute: number, id: string, status: string): string =>
  `${at(minute)} postfix/smtp[1]: ${id}: to=<b@y>, relay=y[192.0.2.9]:25, delay=1, delays=0/0/0/1, dsn=4.0.0, status=${status}`;

/** What is counted of these lines, without what is 0. */
function counted(lines: readonly string[], by: Grouping, sinceMinute = 0): Record<string, object> {
  const since = Date.UTC(2026, 10, 25, 10, sinceMinute);
  const summary = new Summary(by, (time) => new Date(time).toISOString().slice(0, 10), since);
  for (const line of lines) {
    const record = parseRecord(line, 0);
    if (record !== undefined) summary.take(record);
  }
  const plain = [...summary.groups].map(([name, counts]): [string, object] => [
    name,
    Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
  ]);
  return Object.fromEntries(plain);
}

const id = "4jZfBM2PCfzn1";

describe("the summary of the logs", () => {
  it("counts what has expired as returned, once for each who had not got it", () => {
    const lines = [
      active(1, id, "a@x"),
      tried(1, id, "deferred (no route)"),
      active(9, id, "a@x"),
      tried(9, id, "deferred (no route)"),
      qmgr(9, id, "from=<a@x>, status=expired, returned to sender"),
      qmgr(10, id, "from=<a@x>, status=expired, returned to sender"),
      qmgr(10, id, "removed"),
    ];
    expect(counted(lines, "sender")).toEqual({ "a@x": { messages: 1, bytes: 90, deferred: 1, returned: 1 } });
    expect(counted(lines, "reason")["no route"]).toEqual({ deferred: 1, returned: 1 });
    expect(counted(lines, "recipient")).toEqual({ "b@y": { deferred: 1, returned: 1 } });
  });

  it("counts as deferred who waits, once in each group, however often it is tried", () => {
    const second = "4jZfBM2PCfzn2";
    const lines = [id, second].flatMap((queueId) => [
      active(1, queueId, "a@x"),
      tried(1, queueId, "deferred (no route)"),
      tried(5, queueId, "deferred (no route)"),
      tried(9, queueId, "deferred (greylisted)"),
    ]);
    expect(counted(lines, "sender")).toEqual({ "a@x": { messages: 2, bytes: 180, deferred: 2 } });
    expect(counted(lines, "recipient")).toEqual({ "b@y": { deferred: 2 } });
    expect(counted(lines, "reason")).toEqual({ "no route": { deferred: 2 }, greylisted: { deferred: 2 } });
    // Of the time that is asked for, the first try within it counts.
    expect(counted(lines, "day", 7)).toEqual({ "2026-11-25": { deferred: 2 } });
  });

  it("counts a message that stays at the provider once, and again when it is another", () => {
    const kept = (mark: string): string =>
      `${at(1)} mailwright-fetch[1]: jd: ${mark.repeat(32)}: message-id=<>, from=<a@x>, to=<b@y>, server=i, size=9, status=kept (full)`;
    const lines = [kept("a"), kept("a"), kept("b")];
    expect(counted(lines, "sender")).toEqual({ "a@x": { deferred: 2 } });
  });

  it.each(["day", "sender", "recipient", "reason"] as const)(
    "has columns for all that it counts by %s",
    (by) => {
      const lines = [
        active(1, id, "a@x"),
        tried(1, id, "deferred (no route)"),
        tried(2, id, "bounced (no)"),
        active(1, "4jZfBM2PCfzn2", "a@x"),
        tried(1, "4jZfBM2PCfzn2", "sent (250 ok)"),
        `${at(1)} postfix/smtpd[1]: NOQUEUE: reject: RCPT from o[192.0.2.2]: 550 5.1.1 no; from=<a@x> to=<n@y> proto=ESMTP helo=<x>`,
      ];
      const names = new Set(Object.values(counted(lines, by)).flatMap((counts) => Object.keys(counts)));
      expect([...names].filter((name) => !meaningful[by].some((column) => column === name))).toEqual([]);
    },
  );

  it.each(["deliverable (250 ok)", "undeliverable (550 no)"])(
    "counts no address that is tried: %s",
    (status) => {
      const lines = [
        active(1, id, "double-bounce@x"),
        tried(1, id, status),
        active(2, id, "double-bounce@x"),
        qmgr(2, id, "removed"),
      ];
      for (const by of ["day", "sender", "recipient", "reason"] as const)
        expect(counted(lines, by)).toEqual({});
    },
  );

  it("knows the sender of what came before the time that is asked for", () => {
    const lines = [
      active(1, id, "a@x"),
      tried(1, id, "deferred (no route)"),
      active(20, id, "a@x"),
      tried(20, id, "sent (250 ok)"),
      qmgr(20, id, "removed"),
    ];
    expect(counted(lines, "sender", 10)).toEqual({ "a@x": { delivered: 1 } });
  });

  it("calls a sender unknown of whom the logs tell nothing, and the empty one by its name", () => {
    const lines = [
      tried(1, "4jZfBM2PCfzn2", "sent (250 ok)"),
      active(1, id, ""),
      tried(1, id, "sent (250 ok)"),
    ];
    expect(counted(lines, "sender")).toEqual({
      unknown: { delivered: 1 },
      "<>": { messages: 1, bytes: 90, delivered: 1 },
    });
  });

  it("counts what the filter flagged on its way, and not what it was asked to look at again", () => {
    const flagged = (qid: string): string =>
      `${at(1)} rspamd[1]: <ab>; proxy; rspamd_task_write_log: id: <m@x>, ${qid}ip: 192.0.2.2, from: <a@x>, (default: T ` +
      "(add header): [8.00/20.00] []), len: 90, time: 1ms, dns req: 0, digest: <d>, rcpts: <b@y>, mime_rcpts: <b@y>";
    expect(counted([flagged(`qid: <${id}>, `), flagged("")], "recipient")).toEqual({ "b@y": { flagged: 1 } });
  });
});
