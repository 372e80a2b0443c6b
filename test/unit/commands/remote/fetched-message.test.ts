import { describe, expect, it } from "vitest";
import { readFetched, withHeaders } from "../../../../src/commands/remote/fetched-message.ts";
import { verdictOf } from "../../../../src/commands/remote/filter-verdict.ts";
import { plainFailure } from "../../../../src/commands/remote/getmail-words.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");
const text = (content: Uint8Array | undefined): string => Buffer.from(content ?? []).toString("utf8");

const handed = (message: string, id = "00ab;1") => readFetched(bytes(`${id}\n${message}`));

describe("a message as getmail hands it over", () => {
  it("tells which it is, its sender and its subject, and keeps every byte", () => {
    const message =
      "Return-Path: <a@b.example>\nSubject: =?utf-8?Q?=C3=BC?= one\n two\nFROM : x@y\n\nFrom: body\r\n\0\n";
    const found = handed(message);
    expect(found).toMatchObject({ id: "00ab;1", sender: "a@b.example", subject: "ü one two", from: "x@y" });
    expect(text(found?.content)).toBe(message);
  });

  it("has no sender where SMTP would take none, and is none without a name", () => {
    const of = (path: string) => handed(`Return-Path: ${path}\n\nbody\n`)?.sender;
    expect(of("<>")).toBe("");
    expect(of("<a@b> SIZE=1")).toBe("");
    expect(of("<a@b.example>")).toBe("a@b.example");
    expect(handed("Sender: <s@b.example>\n\n")?.sender).toBe("s@b.example");
    for (const id of ["", "a b", "a\tb"]) expect(handed("Subject: s\n\n", id)).toBeUndefined();
    expect(readFetched(bytes("no line break"))).toBeUndefined();
  });

  it("is found by its sender, or by the address in From where the provider keeps none", () => {
    const of = (...headers: string[]) => handed(`${headers.join("\n")}\n\nbody\n`)?.writer;
    const from = "From: A Sender <a@sender.example.net>";
    expect(of(from)).toBe("a@sender.example.net");
    expect(of(from, "Return-Path: <b@x>")).toBe("b@x");
    expect(of(from, "Return-Path: <>")).toBe("");
    expect(of('From: "x, <y@z>" (c@d) <a@sender.example.net>, e@f')).toBe("a@sender.example.net");
    expect(of("From: a@sender.example.net (A, Sender)")).toBe("a@sender.example.net");
    for (const none of ["Subject: s", "From: nobody", "From: <a b@c>", "From: <a@b\u001b[31m>"])
      expect(of(none)).toBe("");
    expect(of(`From: ${'<("'.repeat(200_000)}`)).toBe("");
  });

  it("has a head, whatever it begins with", () => {
    const content = (message: string) => text(handed(message)?.content);
    expect(content("")).toBe("\n");
    expect(content("\nbody\n")).toBe("\nbody\n");
    expect(content("only text\nSubject: no header\n")).toBe("\nonly text\nSubject: no header\n");
    expect(content("From x Thu Nov 26 09:31:07 2026\nSubject: s\n\nbody\n")).toBe("Subject: s\n\nbody\n");
    expect(content(">From x\n")).toBe("\n");
    expect(content("Subject: no body")).toBe("Subject: no body");
    expect(handed("only text\nSubject: no header\n")?.subject).toBe("");
  });

  it("of odd shapes gets headers in front, and loses none of its own", () => {
    const added = [["N", "v"]] as const;
    const of = (content: string) => text(withHeaders(bytes(content), { removed: ["X"], added }));
    expect(of("\nbody\n\nX: body\n")).toBe("N: v\n\nbody\n\nX: body\n");
    expect(of("A: b\nX: c\n")).toBe("N: v\nA: b\n");
    expect(of("\n")).toBe("N: v\n\n");
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
    for (const action of ["reject", "add header"])
      expect(answer(action)).toMatchObject({ kind: "deliver", isSpam: true, headers: { added: [flag] } });
    const flagged = { milter: { add_headers: { "X-Spam": "Yes" } } };
    expect(answer("rewrite subject", flagged)).toMatchObject({ isSpam: true, headers: { added: [flag] } });
    expect(answer("rewrite subject")).toMatchObject({ kind: "deliver", isSpam: false });
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
