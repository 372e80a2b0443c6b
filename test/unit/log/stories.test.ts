import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseRecord } from "../../../src/log/parse-record.ts";
import { storiesOf } from "../../../src/log/story.ts";
import { verdictsOf } from "../../../src/log/tell-story.ts";

const newest = Date.parse("2026-11-25T12:00:00Z");

/** The verdicts of what these lines tell, each behind its queue identifier. */
function told(lines: readonly string[]): string[] {
  const records = lines.flatMap((line) => parseRecord(line, newest) ?? []);
  return storiesOf(records).flatMap((story) =>
    verdictsOf(story).map((verdict) => `${story.queueId} ${verdict}`.trim()),
  );
}

/** Lines as rsyslog writes them on Debian 12. */
const log = (program: string, ...texts: string[]): string[] =>
  texts.map((text) => `2026-11-25T10:00:00.123456+00:00 mail ${program}[42]: ${text}`);

const rspamd = (id: string, rest: string): string[] =>
  log("rspamd", `<ab12>; proxy; rspamd_task_write_log: id: <m1@x>, qid: <${id}>, ip: 192.0.2.2, ${rest}`);

describe("the story of a message", () => {
  it("is read from the manual's excerpt, whose addresses are gone", () => {
    const text = readFileSync(new URL("manual-excerpt.txt", import.meta.url), "utf8");
    expect(told(text.trimEnd().split("\n"))).toEqual([
      "A785B308622AB delivered: Rspamd -0.64/20 no action, BAYES_HAM -3, AUTH_NA 1, MID_CONTAINS_FROM 1, MX_INVALID 0.5, …",
    ]);
  });

  it("ends in the folder that Sieve chose, by the session in Dovecot's answer", () => {
    expect(
      told([
        ...log("postfix/smtpd", "4F00AA: client=outside[192.0.2.2]"),
        ...log("postfix/cleanup", "4F00AA: message-id=<m1@x>"),
        ...rspamd(
          "4F00AA",
          "from: <a@x>, (default: T (add header): [8.20/20.00] [BAYES_SPAM(5.10){99.9%;},R_X(0.00){}]), len: 90, time: 1ms, dns req: 0, digest: <d>, rcpts: <john@domain.org>, mime_rcpts: <john@domain.org>",
        ),
        ...log("postfix/qmgr", "4F00AA: from=<a@x>, size=90, nrcpt=1 (queue active)"),
        ...log("dovecot", "lmtp(john)<9><sess1>: sieve: msgid=<m1@x>: stored mail into mailbox 'Junk'"),
        ...log(
          "postfix/lmtp",
          "4F00AA: to=<john@domain.org>, relay=mail[private/dovecot-lmtp], delay=0.1, delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 <john> sess1 Saved)",
        ),
        ...log("postfix/qmgr", "4F00AA: removed"),
      ]),
    ).toEqual(["4F00AA delivered to john@domain.org, folder Junk: Rspamd 8.2/20 add header, BAYES_SPAM 5.1"]);
  });

  it("has the filter's verdict on a fetched message, whose client is not known", () => {
    const id = "59ad89c9540bd9862a82654b14da4bf6";
    expect(
      told([
        ...log(
          "rspamd",
          `<ab12>; csession; rspamd_task_write_log: id: <m1@x>, qid: <${id}>, from: <a@x>, (default: F (no action): [0.90/20.00] [AUTH_NA(1.00){}]), len: 90, time: 1ms, dns req: 0, digest: <d>, rcpts: <john@y>, mime_rcpts: <john@y>`,
        ),
        ...log(
          "mailwright-fetch",
          `jd: ${id}: message-id=<m1@x>, from=<a@x>, to=<john@y>, server=isp.net, size=90, status=delivered (250 2.0.0 <john> s1 Saved)`,
        ),
      ]),
    ).toEqual([`${id} delivered to john@y: Rspamd 0.9/20 no action, AUTH_NA 1`]);
  });

  it("has no folder of another's where the reason of its refusal looks like an answer of Dovecot", () => {
    const id = "59ad89c9540bd9862a82654b14da4bf6";
    expect(
      told([
        ...log("dovecot", "lmtp(john)<9><s1>: sieve: msgid=<other@y>: stored mail into mailbox 'INBOX'"),
        ...log(
          "mailwright-fetch",
          `jd: ${id}: message-id=<m1@x>, from=<a@x>, to=<john@y>, server=isp.net, size=90, status=refused (no x; 250 2.0.0 <john> s1 Saved)`,
        ),
      ]),
    ).toEqual([`${id} refused for john@y: no x; 250 2.0.0 <john> s1 Saved`]);
  });

  it("tells each recipient's end, the last of several attempts, and who still waits", () => {
    expect(
      told([
        ...log("postfix/qmgr", "4F00AB: from=<a@x>, size=90, nrcpt=3 (queue active)"),
        ...log(
          "postfix/smtp",
          "4F00AB: to=<b@y>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (connect to y[192.0.2.9]:25: Connection refused)",
          "4F00AB: to=<b@y>, relay=none, delay=9, delays=0/0/0/1, dsn=4.4.1, status=deferred (connect to y[192.0.2.9]:25: Connection refused)",
          "4F00AB: to=<c@z>, orig_to=<all@domain.org>, relay=z[192.0.2.8]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)",
        ),
      ]),
    ).toEqual([
      "4F00AB in the queue for b@y, tried 2 times: connect to y[192.0.2.9]:25: Connection refused",
      "4F00AB 1 more recipient waits",
      "4F00AB sent to c@z (for all@domain.org) by z[192.0.2.8]:25: 250 ok",
    ]);
  });

  it.each([
    [
      "refused for nobody@domain.org: 550 5.1.1 <nobody@domain.org>: Recipient address rejected: unknown",
      "NOQUEUE: reject: RCPT from outside[192.0.2.2]: 550 5.1.1 <nobody@domain.org>: Recipient address rejected: unknown; from=<a@x> to=<nobody@domain.org> proto=ESMTP helo=<x>",
      "postfix/smtpd",
    ],
    [
      "4F00AC refused for john@domain.org: 5.7.1 Spam message rejected",
      "4F00AC: milter-reject: END-OF-MESSAGE from outside[192.0.2.2]: 5.7.1 Spam message rejected; from=<a@x> to=<john@domain.org> proto=ESMTP helo=<x>",
      "postfix/cleanup",
    ],
    [
      "4F00AC put off for john@domain.org: 4.7.1 Try again later",
      "4F00AC: milter-reject: END-OF-MESSAGE from outside[192.0.2.2]: 4.7.1 Try again later; from=<a@x> to=<john@domain.org> proto=ESMTP helo=<x>",
      "postfix/cleanup",
    ],
    [
      "4F00AC discarded for sink@domain.org",
      "4F00AC: to=<sink@domain.org>, relay=none, delay=0.1, delays=0/0/0/0, dsn=2.0.0, status=sent (domain.org)",
      "postfix/discard",
    ],
    ["4F00AC deleted from the queue by the administrator", "4F00AC: removed", "postfix/postsuper"],
    ["4F00AC held in the queue", "4F00AC: placed on hold", "postfix/postsuper"],
    [
      "4F00AC returned to its sender, undeliverable to b@y: host y said: 550 no",
      "4F00AC: to=<b@y>, relay=y[192.0.2.9]:25, delay=1, delays=0/0/0/1, dsn=5.0.0, status=bounced (host y said: 550 no)",
      "postfix/smtp",
    ],
  ])("%s", (verdict, line, program) => {
    const lines = log(program, line);
    expect(told(lines).map((text) => text.replace(/: domain\.org$/, ""))).toEqual([verdict]);
  });

  it("is another one where a queue identifier comes again", () => {
    const one = (to: string): string[] => [
      ...log("postfix/smtpd", "4F00AD: client=outside[192.0.2.2]"),
      ...log("postfix/cleanup", `4F00AD: message-id=<${to}>`),
      ...log(
        "postfix/smtp",
        `4F00AD: to=<${to}>, relay=z[192.0.2.8]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)`,
      ),
      ...log("postfix/qmgr", "4F00AD: removed"),
    ];
    expect(told([...one("b@y"), ...one("c@z")])).toEqual([
      "4F00AD sent to b@y by z[192.0.2.8]:25: 250 ok",
      "4F00AD sent to c@z by z[192.0.2.8]:25: 250 ok",
    ]);
  });
});
