import { describe, expect, it } from "vitest";
import { findNamed, gatherRecords, type LogSource } from "../../../src/log/gather-records.ts";
import { connected } from "../../../src/log/link-stories.ts";
import { storiesOf } from "../../../src/log/story.ts";
import type { ByteSource } from "../../../src/system/byte-source.ts";

/** A log of a text. */
function source(text: string): LogSource {
  const bytes = Buffer.from(text);
  const open = (): ByteSource => {
    let at = 0;
    return {
      read: async (into) => {
        const count = bytes.copy(into, 0, at);
        at += count;
        return count;
      },
      close: () => undefined,
    };
  };
  return { name: "log", modified: Date.parse("2026-11-25T12:00:00Z"), open };
}

const log = (program: string, text: string): string =>
  `2026-11-25T10:00:00.123456+00:00 mail ${program}[42]: ${text}\n`;

const sent = (id: string, to: string): string =>
  log(
    "postfix/smtp",
    `${id}: to=<${to}>, relay=z[192.0.2.8]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)`,
  );

/** A message that Sieve forwards: the copy is handed in by a program, under the same message identifier. */
const forwarded = [
  log("postfix/smtpd", "4F00AA: client=outside[192.0.2.2]"),
  log("postfix/cleanup", "4F00AA: message-id=<m1@x>"),
  log("dovecot", "lmtp(john)<9><s1>: sieve: msgid=<m1@x>: forwarded to <b@y>"),
  log("postfix/pickup", "4F00BB: uid=5000 from=<a@x>"),
  log("postfix/cleanup", "4F00BB: message-id=<m1@x>"),
  sent("4F00BB", "b@y"),
].join("");

/** Longer than what is kept for looking back. */
const noise = log("postfix/smtpd", "connect from somewhere[192.0.2.77]").repeat(80_000);

describe("the lines of a message", () => {
  it("are those of its copies too, whichever of them is asked for, however far apart", async () => {
    const far = forwarded.replace(/(?=.*pickup)/, noise);
    for (const id of ["4F00AA", "4F00BB"]) {
      const { records } = await gatherRecords([source(noise + far + noise)], [id], []);
      const stories = connected(storiesOf(records), (story) => story.queueId === id);
      expect(stories.map(({ queueId }) => queueId)).toEqual(["4F00AA", "4F00BB"]);
    }
  });

  it("are found over logs that were rotated", async () => {
    const at = forwarded.indexOf("2026", forwarded.indexOf("message-id"));
    const { records } = await gatherRecords(
      [source(forwarded.slice(0, at)), source(forwarded.slice(at))],
      ["4F00AA"],
      [],
    );
    expect(records.map(({ kind }) => kind)).toEqual([
      "client",
      "message-id",
      "filed",
      "pickup",
      "message-id",
      "delivery",
    ]);
  });

  it("are not those of a stranger's message of the same identifier", async () => {
    const other = [
      log("postfix/smtpd", "4F00CC: client=other[192.0.2.3]"),
      log("postfix/cleanup", "4F00CC: message-id=<m1@x>"),
    ].join("");
    const { records } = await gatherRecords([source(forwarded + other)], ["4F00AA"], []);
    const stories = connected(storiesOf(records), (story) => story.queueId === "4F00AA");
    expect(stories.map(({ queueId }) => queueId)).toEqual(["4F00AA", "4F00BB"]);
  });

  it("are not half the log where an identifier is a character long", async () => {
    const getmail = [1, 2].map((account) =>
      log("getmail", `msg 1/1 (504 bytes) msgid 1 from <a@x> to <john${account}@y> delivered to Maildir /m/`),
    );
    const short = [
      log("postfix/smtpd", "4F00EE: client=outside[192.0.2.2]"),
      log("postfix/cleanup", "4F00EE: message-id=<1>"),
      log("dovecot", "lmtp(john)<9><s9>: sieve: msgid=<1>: stored mail into mailbox 'Junk'"),
    ];
    const all = [...getmail, forwarded, ...short].join("");
    const { queueIds, alone } = await findNamed([source(all)], ["a@x"], () => true, 20);
    expect(alone.map(({ kind }) => kind)).toEqual(["fetched", "fetched"]);
    expect(storiesOf(alone)).toHaveLength(2);
    expect(queueIds).not.toContain("1");
    const { records } = await gatherRecords([source(all)], ["4F00EE"], []);
    expect(records.map(({ kind }) => kind)).toEqual(["client", "message-id", "filed"]);
  });

  it("name the newest messages of an address, in whatever case", async () => {
    const many = Array.from({ length: 50 }, (_, index) =>
      sent(`5F0${String(index).padStart(3, "0")}`, "Bob@Y.example"),
    );
    const { queueIds } = await findNamed(
      [source(many.slice(0, 30).join("")), source(many.slice(30).join(""))],
      ["bob@y.EXAMPLE"],
      () => true,
      25,
    );
    expect(queueIds).toHaveLength(45);
    expect(queueIds.at(-1)).toBe("5F0049");
  });
});
