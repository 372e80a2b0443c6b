import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
