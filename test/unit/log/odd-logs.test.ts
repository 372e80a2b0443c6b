import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLine } from "../../../src/log/log-line.ts";
import { parseRecord } from "../../../src/log/parse-record.ts";
import { storiesOf } from "../../../src/log/story.ts";
import { recordText, verdictsOf } from "../../../src/log/tell-story.ts";

const at = (text: string): number => new Date(text).getTime();
const timeOf = (stamp: string, newest: string): number | undefined =>
  parseLine(`${stamp} mail postfix/qmgr[1]: A`, at(newest))?.time;

describe("a stamp", () => {
  it.each([
    ["Dec 31 23:59:58", "2027-01-02T00:00:00", "2026-12-31T23:59:58"],
    ["Jan  1 00:00:01", "2027-01-02T00:00:00", "2027-01-01T00:00:01"],
    // The clock stood before the year's end when the file was last written.
    ["Jan  1 00:00:01", "2026-12-31T23:59:59", "2027-01-01T00:00:01"],
    ["Nov 25 10:00:00", "2026-11-25T10:00:00", "2026-11-25T10:00:00"],
    ["Feb 29 12:00:00", "2029-03-15T00:00:00", "2028-02-29T12:00:00"],
  ])("without a year, %s in a log of %s, is %s", (stamp, newest, time) => {
    expect(timeOf(stamp, newest)).toBe(at(time));
  });

  it.each(["Foo 25 10:00:00", "Feb 30 10:00:00", "2026-13-45T10:00:00+00:00"])("%s is none", (stamp) => {
    expect(timeOf(stamp, "2026-11-25T10:00:00")).toBeUndefined();
  });

  it.each([
    "2026-10-25T02:30:00.5+02:00",
    "2026-10-25T01:30:00.5+0100",
    "2026-10-25T00:30:00.5Z",
    "2026-10-24T20:00:00.500000-04:30",
  ])("with a zone, %s, is exact", (stamp) => {
    expect(timeOf(stamp, "2026-11-25T10:00:00")).toBe(Date.parse("2026-10-25T00:30:00.5Z"));
  });
});

/** Lines of the real programs, which random changes make into others. */
const lines = [
  "postfix/smtpd[1]: 4jZfBM2PCfzn1: client=outside[192.0.2.2], sasl_method=PLAIN, sasl_username=john",
  "postfix/cleanup[1]: 4jZfBM2PCfzn1: message-id=<m1@x>",
  "postfix/cleanup[1]: 4jZfBM2PCfzn1: milter-header-redirect: header X-Quarantine-To: <s@y> from o[192.0.2.2]; from=<a@x> to=<b@y> proto=ESMTP helo=<o>: s@y",
  "postfix/smtp[1]: 4jZfBM2PCfzn1: to=<b@y>, orig_to=<c@y>, relay=z[192.0.2.8]:25, conn_use=2, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)",
  "postfix/smtpd[1]: NOQUEUE: reject: RCPT from o[192.0.2.2]: 550 5.1.1 <n@y>: Recipient address rejected; from=<a@x> to=<n@y> proto=ESMTP helo=<x>",
  "rspamd[1]: <ab>; proxy; rspamd_task_write_log: id: <m1@x>, qid: <4jZfBM2PCfzn1>, ip: 192.0.2.2, from: <a@x>, (default: T (add header): [8.20/20.00] [BAYES_SPAM(5.10){99.9%;},R_X(0.00){}]), len: 90, time: 1ms, dns req: 0, digest: <d>, rcpts: <b@y,c@y>, mime_rcpts: <b@y>",
  "dovecot: lmtp(john)<9><s1>: sieve: msgid=<m1@x>: fileinto action: stored mail into mailbox 'Junk'",
  "dovecot: imap-login: Login: user=<john>, method=PLAIN, rip=192.0.2.2, lip=192.0.2.1",
  "mailwright-fetch[1]: jd@isp.net: 59ad89c9540bd9862a82654b14da4bf6: message-id=<7@x>, from=<a@x>, to=<john@y>, server=isp.net, size=504, status=refused (a virus; 250 2.0.0 <john> s2 Saved)",
  "getmail: msg 1/3 (504 bytes) msgid 17/3 from <a@x> delivered to MDA_lmtp at /run/lmtp, deleted",
  "mailwright-quarantine[1]: 4jZfBM2PCfzn1: released as 4jZfBP341DznG",
  "mailwright-training[1]: message-id=<m1@x>: learned as spam",
].map((line) => `2026-11-25T10:00:00.123456+00:00 mail ${line}`);

describe("whatever a log holds", () => {
  it("is read without an error, and told", () => {
    const piece = fc.constantFrom(
      "\0",
      "\u001b[31m",
      "\ufffd",
      "<",
      ">",
      ", ",
      ": ",
      "=<",
      "(",
      ")",
      "é",
      "",
    );
    const change = fc.tuple(fc.nat(400), fc.nat(40), piece);
    const line = fc.tuple(fc.constantFrom(...lines), fc.array(change, { maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (changed) => {
        const records = changed.flatMap(([text, changes]) => {
          const odd = changes.reduce(
            (all, [from, count, put]) => all.slice(0, from) + put + all.slice(from + count),
            text,
          );
          return parseRecord(odd, at("2026-11-25T12:00:00Z")) ?? [];
        });
        for (const story of storiesOf(records)) {
          expect(verdictsOf(story).length).toBeGreaterThan(0);
          expect(story.records.map(recordText).every((text) => text !== "")).toBe(true);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it("is every one of these lines, unchanged", () => {
    expect(lines.filter((line) => parseRecord(line, at("2026-11-25T12:00:00Z")) === undefined)).toEqual([]);
  });

  it("takes no long time where a line is made to take one", () => {
    let longest = 0;
    const parse = (line: string): void => {
      const start = performance.now();
      parseRecord(line, at("2026-11-25T12:00:00Z"));
      longest = Math.max(longest, performance.now() - start);
    };
    for (const odd of [
      ", relay=",
      ", orig_to=<",
      "; from=<",
      "> to=<",
      "(A: T (",
      "): [",
      "<",
      ": ",
      " from ",
    ])
      for (const line of lines)
        for (const begun of [line, line.slice(0, line.indexOf("=<") + 2)])
          parse(begun + odd.repeat(100_000 / odd.length));
    expect(longest).toBeLessThan(3000);
  });
});
