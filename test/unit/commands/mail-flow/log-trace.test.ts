import {
  appendFileSync,
  lutimesSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { CommandContext } from "../../../../src/commands/context.ts";
import { logTrace } from "../../../../src/commands/mail-flow/log-trace.ts";
import { followedLine, storiesView } from "../../../../src/commands/mail-flow/log-view.ts";
import { plainStyle } from "../../../../src/format/style.ts";
import type { LogRecord } from "../../../../src/log/log-record.ts";
import { parseRecord } from "../../../../src/log/parse-record.ts";
import { type Story, storiesOf } from "../../../../src/log/story.ts";
import { findPaths } from "../../../../src/paths.ts";
import { realSystem } from "../../../../src/system/real-system.ts";

const base = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "mailwright-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const context: CommandContext = {
  ...{ program: "mailwright log trace", paths: findPaths("/", {}), environment: {}, json: false },
  ...{ files: realSystem("/", "none").files, report: () => undefined },
  ...{ stdin: () => "", stdinBytes: () => new Uint8Array() },
};

const line = (program: string, text: string): string =>
  `2026-11-25T10:00:00.123456+00:00 mail ${program}[42]: ${text}\n`;

describe("log trace --follow", () => {
  it.each(["<m1@x>", "m1@x"])("tells of a message that comes later, by its identifier %s", async (what) => {
    const file = join(base(), "mail.log");
    writeFileSync(file, "");
    const result = await logTrace(context, [what], { file, follow: true }, [["file", file]]);
    const lines = result.lines?.(() => undefined)[Symbol.asyncIterator]();
    const client = line("postfix/smtpd", "4jZfBM2PCfzn1: client=o[192.0.2.2]");
    appendFileSync(file, client + line("postfix/cleanup", "4jZfBM2PCfzn1: message-id=<m1@x>"));
    expect((await lines?.next())?.value).toContain("4jZfBM2PCfzn1 from o[192.0.2.2]");
    expect((await lines?.next())?.value).toContain("4jZfBM2PCfzn1 message-id <m1@x>");
    await lines?.return?.();
  });

  it("is refused of nothing, in brackets too", async () => {
    for (const what of ["", " ", "<>"])
      await expect(logTrace(context, [what], {}, [])).rejects.toMatchObject({ code: "USAGE" });
  });
});

/** Messages of these minutes, each from `sN@outside.example.net` to john and to mary. */
function logOf(minutes: readonly number[]): string {
  const file = join(base(), "mail.log");
  const text = minutes.flatMap((minute) => {
    const id = `4jZfBM2PCfz${minute + 10}`;
    const of = (program: string, said: string): string =>
      `2026-11-25T10:${String(minute).padStart(2, "0")}:00.000000+00:00 mail ${program}[42]: ${id}: ${said}\n`;
    const to = (name: string): string =>
      `to=<${name}@domain.org>, relay=mail[private/dovecot-lmtp], delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Saved)`;
    return [
      of("postfix/smtpd", "client=o[192.0.2.2]"),
      of("postfix/qmgr", `from=<s${minute}@outside.example.net>, size=90, nrcpt=2 (queue active)`),
      ...["john", "mary"].map((name) => of("postfix/lmtp", to(name))),
      of("postfix/qmgr", "removed"),
    ];
  });
  writeFileSync(file, text.join(""));
  return file;
}

/** What is told of it, by the senders' numbers, and what is said beside. */
async function traced(file: string, args: string[], options: Record<string, string> = {}) {
  const { data, notices, view } = await logTrace(context, args, { utc: true, file, ...options }, [
    ["file", file],
  ]);
  const senders = (data as { from: string }[]).map(({ from }) => from.replace(/@.*/, ""));
  return { senders, notices, text: view?.(plainStyle(80)) };
}

it("log trace finds the mail of a user whose name looks like a queue identifier", async () => {
  const file = logOf([1]);
  writeFileSync(file, readFileSync(file, "utf8").replaceAll("john@", "10234@"));
  expect((await traced(file, ["10234"])).senders).toEqual(["s1"]);
  expect((await traced(file, ["10235"])).senders).toEqual([]);
});

describe("a log that is a link", () => {
  it("is as old as what it leads to", async () => {
    const file = logOf([1]);
    const folder = base();
    const links = ["maillog", "mail.log"].map((name) => join(folder, name));
    const [first = "", second = ""] = links;
    symlinkSync(file, first);
    symlinkSync("maillog", second);
    for (const link of links) lutimesSync(link, 1e9, 1e9);
    expect((await traced(second, [], { since: "2026-11-25" })).senders).toEqual(["s1"]);
  });

  it("to itself is told", async () => {
    const link = join(base(), "mail.log");
    symlinkSync("mail.log", link);
    await expect(traced(link, [])).rejects.toThrow("its links lead in a circle");
  });
});

describe("log trace without an argument", () => {
  it("lists the newest messages, a line each", async () => {
    const file = logOf([1, 2, 3]);
    const { senders, notices, text } = await traced(file, [], { limit: "2" });
    expect({ senders, notices }).toEqual({
      senders: ["s2", "s3"],
      notices: ["only the newest 2 messages are shown: see --limit"],
    });
    expect(text).toBe(
      "2026-11-25 10:02:00Z  4jZfBM2PCfz12  from s2@outside.example.net: delivered to john@domain.org (and 1 more)\n" +
        "2026-11-25 10:03:00Z  4jZfBM2PCfz13  from s3@outside.example.net: delivered to john@domain.org (and 1 more)\n",
    );
  });

  it("has one line of a session that was refused at each of its commands", async () => {
    const file = join(base(), "mail.log");
    const at = (stage: string, more: string): string =>
      line(
        "postfix/smtpd",
        `NOQUEUE: milter-reject: ${stage} from o[192.0.2.2]: 451 4.7.1 busy; ${more}proto=SMTP`,
      );
    writeFileSync(file, at("CONNECT", "") + at("EHLO", "") + at("MAIL", "from=<a@x> ") + at("CONNECT", ""));
    expect((await traced(file, [], { limit: "2" })).text).toBe(
      "2026-11-25 10:00:00Z  -  from a@x: put off: 451 4.7.1 busy\n2026-11-25 10:00:00Z  -  put off: 451 4.7.1 busy\n",
    );
  });

  it("says that there is none since a time", async () => {
    const { senders, notices } = await traced(logOf([1]), [], { since: "2026-11-25 23:59" });
    expect({ senders, notices }).toEqual({
      senders: [],
      notices: ["the logs tell of no message since then"],
    });
  });
});

describe("log trace of an address", () => {
  it("counts those since the time that is given alone", async () => {
    const file = logOf([1, 2, 3, 4, 5]);
    const since = new Date(Date.parse("2026-11-25T10:04:00Z") - new Date(0).getTimezoneOffset() * 60_000);
    const options = { since: since.toISOString().slice(0, 19), limit: "3" };
    expect(await traced(file, ["john@domain.org"], options)).toMatchObject({
      senders: ["s4", "s5"],
      notices: [],
    });
    expect(await traced(file, ["john@domain.org"], { limit: "3" })).toMatchObject({
      senders: ["s3", "s4", "s5"],
      notices: ["only the newest 3 messages are shown: see --limit"],
    });
  });

  it.each([
    ["john", 2],
    ["JOHN", 2],
    ["s1", 1],
    ["outside.example.net", 2],
    ["@outside.example.net", 2],
    ["domain.org", 2],
    ["example.net", 0],
    ["joh", 0],
    ["ohn", 0],
  ])("takes a user name and a domain: %s", async (what, count) => {
    expect((await traced(logOf([1, 2]), [what])).senders).toHaveLength(count);
  });
});

describe("a line that is followed", () => {
  it("of Dovecot has the queue identifier of the only message of its identifier", async () => {
    const file = join(base(), "mail.log");
    writeFileSync(file, "");
    const { lines } = await logTrace(context, ["<m1@x>"], { file, follow: true }, [["file", file]]);
    const told = lines?.(() => undefined)[Symbol.asyncIterator]();
    const next = async (): Promise<string> => String((await told?.next())?.value);
    const stored = line(
      "dovecot",
      "lmtp(john)<9><s1>: sieve: msgid=<m1@x>: stored mail into mailbox 'INBOX'",
    );
    appendFileSync(file, line("postfix/cleanup", "4jZfBM2PCfzn1: message-id=<m1@x>") + stored);
    await next();
    expect(await next()).toContain("dovecot  4jZfBM2PCfzn1 stored INBOX for john");
    appendFileSync(file, line("postfix/cleanup", "4jZfBM2PCfzn2: message-id=<m1@x>") + stored);
    await next();
    expect(await next()).toContain("dovecot  stored INBOX for john");
    await told?.return?.();
  });

  it("is of any message where none is named", async () => {
    const file = join(base(), "mail.log");
    writeFileSync(file, "");
    const { lines } = await logTrace(context, [], { file, follow: true }, [["file", file]]);
    const told = lines?.(() => undefined)[Symbol.asyncIterator]();
    appendFileSync(file, line("postfix/smtpd", "4jZfBM2PCfzn1: client=o[192.0.2.2]"));
    expect((await told?.next())?.value).toContain("4jZfBM2PCfzn1 from o[192.0.2.2]");
    await told?.return?.();
  });
});

describe("a log that cannot be read", () => {
  it.each([false, true])("is an error of its own, with --follow: %s", async (follow) => {
    const folder = base();
    await expect(logTrace(context, ["m1@x"], { follow }, [["file", folder]])).rejects.toMatchObject({
      ...{ code: "NO_LOG", message: `${folder} cannot be read: it is a folder` },
    });
  });
});

describe("what others say never reaches a terminal as it is", () => {
  const esc = "\u001b[31m\u009b2J";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
  const steering = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

  /** Lines of every kind, whose texts are spoilt in each place where the line is still read. */
  const spoilt = [
    `postfix${esc}/smtpd[1]: 4jZfBM2PCfzn1: client=o${esc}[192.0.2.2], sasl_username=j${esc}`,
    `postfix/cleanup[1]: 4jZfBM2PCfzn1: message-id=<m${esc}@x>`,
    `postfix/qmgr[1]: 4jZfBM2PCfzn1: from=<a${esc}@x>, size=90, nrcpt=1 (queue active)`,
    `postfix/smtp[1]: 4jZfBM2PCfzn1: to=<b${esc}@y>, orig_to=<c${esc}@y>, relay=z${esc}[192.0.2.8]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=bounced (no${esc})`,
    `postfix/smtpd[1]: NOQUEUE: reject: RCPT from o[192.0.2.2]: 550 5.1.1 no${esc}; from=<a${esc}@x> to=<n${esc}@y> proto=ESMTP helo=<x>`,
    `getmail${esc}: msg 1/3 (504 bytes) msgid 1${esc} from <a${esc}@x> delivered to x${esc}`,
    `getmail: msg 1/3 (504 bytes) msgid 1${esc} from <a${esc}@x> delivered to x${esc}`,
    `mailwright-fetch[1]: jd${esc}: 59ad89c9540bd9862a82654b14da4bf6: message-id=<7${esc}@x>, from=<a${esc}@x>, to=<john@y>, server=i${esc}, size=504, status=refused (v${esc})`,
  ].flatMap((text) => parseRecord(`2026-11-25T10:00:00.123456+00:00 mail ${text}`, 0) ?? []);

  it("in the view", () => {
    const odd: Story[] = storiesOf(spoilt).map((story) => ({ ...story, queueId: `${story.queueId}${esc}` }));
    const text = storiesView(odd, plainStyle(80), true);
    expect(text).toContain("from a [31m 2J@x");
    expect(text).not.toMatch(steering);
  });

  it("in the lines that are followed", () => {
    expect(spoilt.length).toBeGreaterThanOrEqual(6);
    const odd = (record: LogRecord): LogRecord => ({ ...record, program: `x${esc}` });
    for (const record of spoilt) expect(followedLine(odd(record), true)).not.toMatch(steering);
  });
});
