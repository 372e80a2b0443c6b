import { describe, expect, it } from "vitest";
import { parseRecord } from "../../../src/log/parse-record.ts";
import { storiesOf } from "../../../src/log/story.ts";
import { verdictsOf } from "../../../src/log/tell-story.ts";

/** The verdicts of what these lines of one message tell. */
function told(lines: readonly string[]): string[] {
  const records = lines.flatMap((line) => parseRecord(line, 0) ?? []);
  return storiesOf(records).flatMap(verdictsOf);
}

const log = (program: string, ...texts: string[]): string[] =>
  texts.map((text) => `2026-11-25T10:00:00.123456+00:00 mail ${program}[42]: ${text}`);

const id = "4jZfBM2PCfzn1";
const queued = (recipients: number, from = "a@x"): string[] =>
  log("postfix/qmgr", `${id}: from=<${from}>, size=90, nrcpt=${recipients} (queue active)`);
const tried = (to: string, status: string, relay = "z[192.0.2.8]:25"): string[] =>
  log(
    "postfix/smtp",
    `${id}: to=<${to}>, relay=${relay}, delay=1, delays=0/0/0/1, dsn=2.0.0, status=${status}`,
  );
const refusing = "deferred (connect to y[192.0.2.9]:25: Connection refused)";
const expired = log(
  "postfix/qmgr",
  `${id}: from=<a@x>, status=expired, returned to sender`,
  `${id}: removed`,
);
const filtered = (recipients: string): string[] =>
  log(
    "rspamd",
    `<ab>; proxy; rspamd_task_write_log: id: <m@x>, qid: <${id}>, ip: 192.0.2.2, from: <a@x>, (default: F (no action): ` +
      `[0.00/20.00] []), len: 90, time: 1ms, dns req: 0, digest: <d>, rcpts: <${recipients}>, mime_rcpts: <b@y>`,
  );

describe("a message that was too long in the queue", () => {
  it("has gone back to its sender for those who had not got it", () => {
    const lines = [
      ...queued(3),
      ...tried("b@y", refusing),
      ...tried("c@z", "sent (250 ok)"),
      ...tried("b@y", refusing),
      ...expired,
    ];
    expect(told(lines)).toEqual([
      "returned to its sender, undeliverable to b@y: it has expired (connect to y[192.0.2.9]:25: Connection refused)",
      "sent to c@z by z[192.0.2.8]:25: 250 ok",
    ]);
  });

  it("is lost where it has no sender", () => {
    const lines = [...queued(1, ""), ...tried("b@y", refusing), ...expired];
    expect(told(lines)).toEqual([
      expect.stringMatching(
        /^undeliverable to b@y, and nobody is told, for it has no sender: it has expired \(/,
      ),
    ]);
  });

  it("is said to have gone where its last tries stand in no log, and not to wait", () => {
    const lines = [...queued(1), ...tried("b@y", refusing), ...log("postfix/qmgr", `${id}: removed`)];
    expect(told(lines)).toEqual([
      "the log tells nothing of its end for b@y, after: connect to y[192.0.2.9]:25: Connection refused",
    ]);
  });
});

describe("an address that Postfix asks for", () => {
  it.each([
    ["deliverable (250 2.1.5 Ok)", "address b@y was tried, and is deliverable: 250 2.1.5 Ok"],
    [
      "undeliverable (host y said: 550 no)",
      "address b@y was tried, and is undeliverable: host y said: 550 no",
    ],
  ])("is told of as no mail: %s", (status, verdict) => {
    expect(told([...queued(1, "double-bounce@x"), ...tried("b@y", status)])).toEqual([verdict]);
  });
});

describe("two recipients of one user", () => {
  const session = "ggGhCaqYZ2qTAAAA";
  const delivered = (to: string, own: string): string[] =>
    log(
      "postfix/lmtp",
      `${id}: to=<${to}>, relay=mail[private/dovecot-lmtp], delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 <${to}> ${own} Saved)`,
    );
  const filed = (own: string, folder: string): string[] =>
    log("dovecot", `lmtp(vmail)<9><${own}>: sieve: msgid=<m@x>: stored mail into mailbox '${folder}'`);

  it("have the folders of their own sessions", () => {
    const lines = [
      ...queued(2),
      ...filed(session, "A"),
      ...filed(`${session}:2`, "B"),
      ...delivered("vmail+A@y", session),
      ...delivered("vmail+B@y", `${session}:2`),
    ];
    expect(told(lines)).toEqual(["delivered to vmail+A@y, folder A", "delivered to vmail+B@y, folder B"]);
  });

  it("are in one message each, where Dovecot takes two in one connection", () => {
    const other = "4jZfBM2PCfzn2";
    const lines = [
      ...filed(session, "A"),
      ...filed(`${session}:T2`, "B"),
      ...delivered("vmail+A@y", session),
      ...delivered("vmail+B@y", `${session}:T2`).map((line) => line.replace(id, other)),
    ];
    expect(told(lines)).toEqual(["delivered to vmail+A@y, folder A", "delivered to vmail+B@y, folder B"]);
  });

  it("have what was done in the course of a session that has no answer of its own", () => {
    const lines = [...queued(1), ...filed(`${session}:2`, "A"), ...delivered("vmail@y", session)];
    expect(told(lines)).toEqual(["delivered to vmail@y, folder A"]);
  });
});

describe("what the quarantine is to keep", () => {
  const diverted = [
    ...filtered("b@y,c@y"),
    ...log(
      "postfix/cleanup",
      `${id}: milter-header-redirect: header X-Quarantine-To: <q@other> from o[192.0.2.2]; from=<a@x> to=<b@y> proto=ESMTP helo=<o>: q@other`,
    ),
    ...queued(1),
  ];
  const filter = "Rspamd 0/20 no action";

  it("is held there on another server too", () => {
    expect(told([...diverted, ...tried("q@other", "sent (250 ok)")])).toEqual([
      ...["held in the quarantine for b@y", "held in the quarantine for c@y", filter],
    ]);
  });

  it("names its recipients while it is on its way", () => {
    const waiting = ["to be held in the quarantine for b@y, on its way there"];
    expect(told([...diverted, ...tried("q@other", refusing)])).toEqual([
      "in the queue for q@other, tried once: connect to y[192.0.2.9]:25: Connection refused",
      ...[...waiting, "to be held in the quarantine for c@y, on its way there", filter],
    ]);
  });

  it("is not said to be held where the quarantine refuses it", () => {
    expect(told([...diverted, ...tried("q@other", "bounced (550 no)")])).toEqual([
      `returned to its sender, undeliverable to q@other: 550 no; ${filter}`,
    ]);
  });
});

describe("what the administrator keeps or deletes", () => {
  const deleted = log("postfix/postsuper", `${id}: removed`);
  const held = log("postfix/postsuper", `${id}: placed on hold`);

  it.each([
    ["deleted from the queue by the administrator", deleted, ", for b@y, tried once: connect"],
    ["held in the queue", held, " for b@y: connect"],
  ])("%s, names whom it was for, and counts who was not tried", (begun, last, rest) => {
    const lines = [...queued(4), ...tried("b@y", refusing), ...tried("c@z", "sent (250 ok)"), ...last];
    expect(told(lines)).toEqual([
      `${begun}${rest} to y[192.0.2.9]:25: Connection refused`,
      `${begun}: 2 more recipients, not tried yet`,
      "sent to c@z by z[192.0.2.8]:25: 250 ok",
    ]);
  });

  it("is told for all of whom the filter knows, where none was tried", () => {
    expect(told([...filtered("b@y,c@y"), ...queued(2), ...deleted])).toEqual([
      "deleted from the queue by the administrator, for b@y",
      "deleted from the queue by the administrator, for c@y",
      "Rspamd 0/20 no action",
    ]);
  });
});
