import { describe, expect, it } from "vitest";
import { names } from "../../../src/commands/mail-flow/log-trace.ts";
import { storiesView } from "../../../src/commands/mail-flow/log-view.ts";
import { plainStyle } from "../../../src/format/style.ts";
import type { LogRecord } from "../../../src/log/log-record.ts";
import { parseRecord } from "../../../src/log/parse-record.ts";
import { storiesOf } from "../../../src/log/story.ts";
import { Summary } from "../../../src/log/summarize.ts";
import { verdictsOf } from "../../../src/log/tell-story.ts";

const at = "2026-11-25T10:00:00.123456+00:00 mail";
const client = "mail.domain.org[192.0.2.1]";
const busy = "451 4.7.1 Service unavailable - try again later";

const recordOf = (text: string, program = "postfix/smtpd"): LogRecord | undefined =>
  parseRecord(`${at} ${program}[42]: ${text}`, 0);

/** As smtpd(8) and postscreen(8) write them: the line, the stage, the reply, sender and recipient. */
const lines = [
  [`NOQUEUE: milter-reject: CONNECT from ${client}: ${busy}; proto=SMTP`, "CONNECT", busy, "", ""],
  [`NOQUEUE: milter-reject: EHLO from ${client}: ${busy}; proto=SMTP helo=<x; y>`, "EHLO", busy, "", ""],
  [
    `NOQUEUE: milter-reject: MAIL from ${client}: ${busy}; from=<jane@outside.example.net>`,
    ...["MAIL", busy, "jane@outside.example.net", ""],
  ],
  [
    `NOQUEUE: milter-reject: MAIL from ${client}: ${busy}; from=<jane@outside.example.net> proto=ESMTP helo=<x>`,
    ...["MAIL", busy, "jane@outside.example.net", ""],
  ],
  [
    `NOQUEUE: milter-reject: RCPT from ${client}: ${busy}; from=<jane@outside.example.net> to=<john@y> proto=ESMTP helo=<x>`,
    ...["RCPT", busy, "jane@outside.example.net", "john@y"],
  ],
  [
    `4jZfBM2PCfzn1: milter-reject: DATA from ${client}: ${busy}; from=<jane@outside.example.net> to=<john@y> proto=ESMTP helo=<x>`,
    ...["DATA", busy, "jane@outside.example.net", "john@y"],
  ],
  [
    `NOQUEUE: reject: CONNECT from ${client}: 554 5.7.1 <${client}>: Client host rejected: Access denied; proto=SMTP`,
    ...["CONNECT", `554 5.7.1 <${client}>: Client host rejected: Access denied`, "", ""],
  ],
  [
    "NOQUEUE: reject: RCPT from [192.0.2.1]:4711: 550 5.5.1 Protocol error; from=<a@x>, to=<b@y>, proto=ESMTP, helo=<x>",
    ...["RCPT", "550 5.5.1 Protocol error", "a@x", "b@y"],
  ],
] as const;

describe("what a client was refused before there was a message", () => {
  it.each(lines)("is read: %s", (text, stage, reply, from, to) => {
    expect(recordOf(text)).toMatchObject({ kind: "refused", at: stage, reply, from, to });
  });

  it("is found by its sender, and put off where the code is 4xx", () => {
    const found = lines.flatMap(([text]) => recordOf(text) ?? []);
    const hers = found.filter((record) => names(record, "jane@outside.example.net"));
    expect(hers).toHaveLength(4);
    expect(storiesOf(hers).flatMap(verdictsOf)).toEqual([
      `put off: ${busy}`,
      `put off: ${busy}`,
      `put off for john@y: ${busy}`,
      `put off for john@y: ${busy}`,
    ]);
  });

  it("is counted as refused, by its reason, and of no sender where the client had named none", () => {
    const counted = (by: "reason" | "sender"): Record<string, number> => {
      const summary = new Summary(by, () => "");
      for (const [text] of lines) {
        const record = recordOf(text);
        if (record !== undefined) summary.take(record);
      }
      return Object.fromEntries([...summary.groups].map(([name, { refused }]) => [name, refused]));
    };
    // What was said at CONNECT and EHLO the client heard at MAIL.
    expect(counted("reason")).toMatchObject({ [busy]: 4, "550 5.5.1 Protocol error": 1 });
    expect(counted("sender")).toEqual({ unknown: 1, "jane@outside.example.net": 4, "a@x": 1 });
  });

  it("is one refusal of the session, of the last that the client heard", () => {
    const sessionOf = (host: string, ...stages: string[]): LogRecord[] =>
      stages.flatMap(
        (said) => recordOf(`NOQUEUE: milter-reject: ${said.replace(" ", ` from ${host}: ${busy}; `)}`) ?? [],
      );
    const mail = "MAIL from=<jane@x> proto=ESMTP helo=<x>";
    const records = [
      ...sessionOf(
        "o[192.0.2.2]",
        "CONNECT proto=SMTP",
        "EHLO proto=SMTP helo=<x>",
        "EHLO proto=ESMTP helo=<x>",
        mail,
      ),
      // One that came to log in, and another without a line of its beginning.
      ...sessionOf("o[192.0.2.2]", "CONNECT proto=SMTP", "EHLO proto=SMTP helo=<x>"),
      ...sessionOf("o[192.0.2.2]", "CONNECT proto=SMTP", "EHLO proto=SMTP helo=<x>", mail, mail),
      ...sessionOf("p[192.0.2.3]", "EHLO proto=SMTP helo=<x>"),
      ...sessionOf("p[192.0.2.3]", "EHLO proto=SMTP helo=<x>"),
    ];
    expect(records).toHaveLength(12);
    for (const [by, expected] of [
      ["reason", { [busy]: 6 }],
      ["sender", { "jane@x": 3, unknown: 3 }],
    ] as const) {
      const summary = new Summary(by, () => "");
      for (const record of records) summary.take(record);
      expect(Object.fromEntries([...summary.groups].map(([name, { refused }]) => [name, refused]))).toEqual(
        expected,
      );
    }
  });

  it("is shown with the client, and with the empty sender only where that was named", () => {
    const view = (text: string): string =>
      storiesView(storiesOf([recordOf(text)].flatMap((one) => one ?? [])), plainStyle(80), true);
    expect(view(`NOQUEUE: reject: CONNECT from ${client}: 421 4.3.2 busy; proto=SMTP`)).toBe(
      `put off: 421 4.3.2 busy\n  2026-11-25 10:00:00Z  postfix/smtpd  refused at CONNECT from ${client}: 421 4.3.2 busy\n`,
    );
    expect(view(`NOQUEUE: reject: MAIL from ${client}: 451 4.3.0 no; from=<> proto=SMTP`)).toContain(
      "\n  from <>\n",
    );
  });
});
