import { describe, expect, it } from "vitest";
import { readFetched, withHeaders } from "../../../../src/commands/remote/fetched-message.ts";
import { verdictOf } from "../../../../src/commands/remote/filter-verdict.ts";
import { plainFailure } from "../../../../src/commands/remote/getmail-words.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");
const text = (content: Uint8Array | undefined): string => Buffer.from(content ?? []).toString("utf8");

const received =
  "Received: from pop.isp.net (192.0.2.2:995) by mail.example.org with\n  POP3-SSL getmail6 msgid:00ab;1; 25 Nov 2026 22:57:43 -0000\n";

describe("a message as getmail hands it over", () => {
  it("tells which it is, its sender and its subject", () => {
    const message = `Return-Path: <a@b.example>\n${received}Subject: one\n two\nFrom: x@y\n\nbody\n`;
    const found = readFetched(bytes(message));
    expect(found).toMatchObject({ id: "00ab;1", sender: "a@b.example", subject: "one two", from: "x@y" });
    expect(text(found?.content)).toBe(message.slice(message.indexOf("\n") + 1));
  });

  it("has no sender where SMTP would take none, and is none without getmail's line", () => {
    const of = (path: string) => readFetched(bytes(`Return-Path: ${path}\n${received}\nbody\n`))?.sender;
    expect(of("<>")).toBe("");
    expect(of("<a@b> SIZE=1")).toBe("");
    expect(readFetched(bytes("Return-Path: <a@b.example>\nReceived: by getmail6 msgid:1; x\n\n"))?.id).toBe(
      "1",
    );
    expect(readFetched(bytes("Return-Path: <a@b.example>\nSubject: getmail6 msgid:1; \n\n"))).toBeUndefined();
  });

  it("gets other headers, and keeps every byte of the rest", () => {
    const content = Buffer.from("x-spam: Yes\n folded\nSubject: s\nA: b\n\nX-Spam: body \xff\n", "latin1");
    const changed = withHeaders(content, { removed: ["X-Spam"], added: [["N", "v\nw: x"]], subject: "t" });
    expect(Buffer.from(changed).toString("latin1")).toBe(
      "N: v\n w: x\nSubject: t\nA: b\n\nX-Spam: body \xff\n",
    );
  });
});

describe("what becomes of a message by Rspamd's word", () => {
  const answer = (action: string, more: object = {}) =>
    verdictOf(JSON.stringify({ action, score: 1, symbols: {}, ...more }));
  const said = (smtp_message: string) => ({ messages: { smtp_message } });

  it("spam is delivered with its flag, whatever its score; what a policy refuses is not; what is put off waits", () => {
    const flag = ["X-Spam", "Yes"];
    for (const action of ["reject", "add header", "rewrite subject"])
      expect(answer(action)).toMatchObject({ kind: "deliver", isSpam: true, headers: { added: [flag] } });
    expect(answer("reject", said("Gtube pattern"))).toMatchObject({ kind: "deliver", isSpam: true });
    expect(answer("reject", said("Infected: x"))).toEqual({ kind: "refuse", reason: "Infected: x" });
    expect(answer("soft reject", said("wait"))).toMatchObject({ kind: "later" });
    for (const action of ["no action", "greylist"])
      expect(answer(action)).toMatchObject({ kind: "deliver", isSpam: false, headers: { added: [] } });
  });

  it("takes the headers that a milter would", () => {
    const milter = {
      add_headers: { "X-Spam": { value: "Yes", order: 0 }, B: ["1", { value: "2" }] },
      remove_headers: { C: 0 },
    };
    expect(answer("add header", { milter, subject: "s" })).toMatchObject({
      headers: {
        removed: ["X-Spam", "C"],
        added: [
          ["X-Spam", "Yes"],
          ["B", "1"],
          ["B", "2"],
        ],
        subject: "s",
      },
    });
  });
});

it("what getmail says of a failure is told in clear words, without what would steer a terminal", () => {
  const plain = (line: string) => plainFailure(`Warning: x\n${line}\n`, "isp.net");
  expect(plain("rc: socket error ([Errno 111] Connection refused)")).toBe("isp.net refuses the connection");
  expect(plain("rc: credential/login error (b'[AUTHENTICATIONFAILED] no')")).toBe(
    "isp.net refuses the login: [AUTHENTICATIONFAILED] no",
  );
  expect(plain("rc: operation error (POP error (b'-ERR [AUTH] no.'))")).toBe(
    "isp.net refuses the login: -ERR [AUTH] no.",
  );
  expect(
    plain(
      "rc: socket error ([SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:992))",
    ),
  ).toBe("the certificate of isp.net is not trusted: self-signed certificate");
  expect(plain("rc: \u001b[31mstrange")).toBe("rc:  [31mstrange");
});
