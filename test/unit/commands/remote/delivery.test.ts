import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { deliverFetched, type Means, markOf, tellRefused } from "../../../../src/commands/remote/delivery.ts";
import { forgetNoted, openJournal } from "../../../../src/commands/remote/delivery-journal.ts";
import type { Verdict } from "../../../../src/commands/remote/filter-verdict.ts";
import type { Connector } from "../../../../src/mail/connectors.ts";
import type { Letter } from "../../../../src/system/lmtp.ts";
import { realSystem } from "../../../../src/system/real-system.ts";

const connector: Connector = {
  ...{ key: "jd", file: "jd", retriever: "SimplePOP3SSLRetriever", server: "pop.isp.net", port: "" },
  ...{ username: "jd", password: "", isEncrypted: true, deletesAtOnce: false, deletesAfter: 0 },
  ...{ account: "john", minutes: 30, isFiltered: true, applied: "" },
};
const message = (id: string, ...headers: string[]): Uint8Array =>
  Buffer.from([id, "From: a@b.example", ...headers, "", "text", ""].join("\n"));

/** A mailbox that says what is asked of it, and the journal of a run. */
function mailbox(path: string) {
  const letters: Letter[] = [];
  const state: { verdict: Verdict; refusal: string | undefined; isGone: boolean; now: number } = {
    verdict: { kind: "deliver", isSpam: false, headers: { added: [], removed: [] } },
    refusal: undefined,
    isGone: false,
    now: 0,
  };
  const textOf = ({ content }: Letter): string => Buffer.from(content).toString("utf8");
  const means = (): Means => ({
    now: () => state.now,
    judge: async () => state.verdict,
    fullness: async () => undefined,
    deliver: async (letter, begin) => {
      begin();
      if (state.isGone) throw new Error("the LMTP server has gone away");
      if (state.refusal === undefined) letters.push(letter);
      return { isTaken: state.refusal === undefined, answer: state.refusal ?? "250 2.0.0 Saved" };
    },
    holds: async (mark) => letters.some((letter) => textOf(letter).includes(`X-Fetch-Id: ${mark}`)),
    journal: openJournal(path),
    postmaster: "postmaster@domain.org",
  });
  return { letters, state, means, text: (at: number) => textOf(letters[at] ?? letters[0] ?? fail()) };
}

function fail(): never {
  throw new Error("there is no letter");
}

describe("the delivery of fetched messages", () => {
  let path = "";
  beforeEach(() => {
    const folder = mkdtempSync(join(tmpdir(), "mailwright-delivery-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    path = join(folder, "journal");
  });

  it("gives each to the user once, with where it comes from, and without a path or mark of its sender", async () => {
    const { letters, means, text } = mailbox(path);
    const bytes = message("1", "Return-Path: <x@y.example>", "X-Fetch-Id: 0");
    expect(await deliverFetched(connector, bytes, means())).toMatchObject({ result: "delivered" });
    expect(await deliverFetched(connector, bytes, means())).toMatchObject({ result: "again" });
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({ sender: "x@y.example", recipient: "john" });
    expect(text(0)).toMatch(
      /^X-Fetch-Id: [0-9a-f]{32}\nReceived: from pop\.isp\.net by domain\.org with POP3S \(mailwright fetch\); Thu, 01 Jan 1970 00:00:00 \+0000\nFrom: a@b\.example\n\ntext\n$/,
    );
  });

  it("has no notes of the quarantine that its sender wrote: they would have it released, or keep spam out of Junk", async () => {
    const { means, text } = mailbox(path);
    const forged = [
      "To: <x@y.example>",
      "ID: 4abc",
      "Sender : <a@b.example>",
      "recipients: <c@d.example>,\n\t<e@f.example>",
    ];
    const bytes = message(
      "1",
      ...forged.map((note) => `X-Quarantine-${note}`),
      "X-Quarantine-Reason: score",
      "X: y",
    );
    expect(await deliverFetched(connector, bytes, means())).toMatchObject({ result: "delivered" });
    expect(text(0)).toMatch(/\nFrom: a@b\.example\nX: y\n\ntext\n$/);
  });

  it("is logged under the address in From where the provider keeps no sender, and delivered without one", async () => {
    const { letters, means } = mailbox(path);
    const { trace } = await deliverFetched(connector, message("1"), means());
    expect(trace?.sender).toBe("a@b.example");
    expect(letters[0]?.sender).toBe("");
  });

  it("asks the mailbox where a delivery was cut off, and then delivers it or does not", async () => {
    const { letters, state, means } = mailbox(path);
    state.isGone = true;
    expect(await deliverFetched(connector, message("1"), means())).toMatchObject({
      result: "kept",
      reason: "the LMTP server has gone away",
    });
    state.isGone = false;
    state.now = 299_999;
    // The server may still be at work on it.
    expect(await deliverFetched(connector, message("1"), means())).toMatchObject({
      result: "kept",
      reason: "its delivery was cut off, and may still go on: the next run finds out",
    });
    state.now = 300_000;
    expect(await deliverFetched(connector, message("1"), means())).toMatchObject({ result: "delivered" });
    forgetNoted(realSystem("/", "none").files, path, () => new Set([markOf(connector, "1")]));
    // As if the line behind the delivery had not been written.
    openJournal(path).begin(
      /X-Fetch-Id: (\S+)/.exec(Buffer.from(letters[0]?.content ?? []).toString())?.[1] ?? "",
      state.now,
    );
    expect(await deliverFetched(connector, message("1"), means())).toMatchObject({ result: "again" });
    expect(letters).toHaveLength(1);
  });

  it("tells of a thousand that are refused in one note, once, and when the mailbox takes it", async () => {
    const { letters, state, means, text } = mailbox(path);
    state.verdict = { kind: "refuse", reason: "Infected: \u001b[2Jx" };
    const all = means();
    for (let number = 0; number < 1000; number++)
      all.journal.refuse({ id: `${number}`, account: "john", from: "a", subject: "s", reason: "r" });
    const subject = `Subject: ${"=?utf-8?B?8J+YgA==?=".repeat(400)}`;
    expect(await deliverFetched(connector, message("x", subject), all)).toMatchObject({ result: "refused" });
    expect(letters).toHaveLength(0);
    state.refusal = "452 4.2.2 Quota exceeded";
    const noted = new Set([
      ...Array.from({ length: 1000 }, (_, number) => `${number}`),
      markOf(connector, "x"),
    ]);
    const forget = (): void => forgetNoted(realSystem("/", "none").files, path, () => noted);
    expect(await tellRefused(connector, means())).toBe("452 4.2.2 Quota exceeded");
    forget();
    state.refusal = undefined;
    expect(await tellRefused(connector, means())).toBeUndefined();
    expect(await tellRefused(connector, means())).toBeUndefined();
    expect(letters).toHaveLength(1);
    expect(letters[0]?.sender).toBe("");
    expect(text(0)).toContain("Subject: 1001 messages were not delivered\n");
    expect(text(0)).toContain("and 901 more.\n\nAt the provider they stay.\n");
    expect(await deliverFetched(connector, message("x"), means())).toMatchObject({ result: "again" });
    forget();
    expect(() => readFileSync(path)).toThrow("ENOENT");
  });

  it("tries one that was refused at once, when the server takes it", async () => {
    const { letters, state, means } = mailbox(path);
    state.refusal = "452 4.2.2 Quota exceeded";
    expect(await deliverFetched(connector, message("1"), means())).toMatchObject({ result: "kept" });
    state.refusal = undefined;
    expect(await deliverFetched(connector, message("1"), means())).toMatchObject({ result: "delivered" });
    expect(letters).toHaveLength(1);
  });

  it("forgets what getmail has noted, and nothing else", async () => {
    const { letters, means } = mailbox(path);
    const all = means();
    for (const id of ["1", "2"])
      expect(await deliverFetched(connector, message(id), all)).toMatchObject({ result: "delivered" });
    all.journal.begin("cut", 7);
    const { files } = realSystem("/", "none");
    forgetNoted(files, path, () => new Set([markOf(connector, "2"), "cut"]));
    expect(readFileSync(path, "utf8")).toBe(`+ ${markOf(connector, "1")}\n? cut 7\n`);
    expect(await deliverFetched(connector, message("1"), means())).toMatchObject({ result: "again" });
    expect(letters).toHaveLength(2);
  });

  it("tells what was refused for one user to no other", async () => {
    const { letters, state, means } = mailbox(path);
    state.verdict = { kind: "refuse", reason: "Infected" };
    expect(await deliverFetched(connector, message("1"), means())).toMatchObject({ result: "refused" });
    expect(await tellRefused({ ...connector, account: "mary" }, means())).toBeUndefined();
    expect(letters).toHaveLength(0);
    await tellRefused(connector, means());
    expect(letters.map(({ recipient }) => recipient)).toEqual(["john"]);
    expect(readFileSync(path, "utf8").split("\n").slice(-3)).toEqual([
      expect.stringMatching(/^\+ /),
      expect.stringMatching(/^- /),
      "",
    ]);
  });

  it("a note holds no control characters, no long lines, and whole characters", async () => {
    const { state, means, text } = mailbox(path);
    state.verdict = { kind: "refuse", reason: `Exec: \u001b[2J${"ü".repeat(300)}` };
    const subject = `Subject: <b>${"=?utf-8?B?8J+YgA==?=".repeat(300)}\u0007`;
    const all = means();
    const other = { ...connector, account: "john", deletesAtOnce: true };
    expect(await deliverFetched(other, message("1", subject), all)).toMatchObject({ result: "refused" });
    await tellRefused(other, all);
    const note = text(0);
    expect(note).not.toMatch(/[^\P{Cc}\n]/u);
    expect(note).not.toContain("\ufffd");
    for (const line of note.split("\n")) expect(Buffer.byteLength(line)).toBeLessThan(998);
    expect(note).toContain("Content-Type: text/plain");
    expect(note).toContain(`    Subject: <b>${"😀".repeat(196)}…\n`);
    expect(note).toContain("At the provider it is deleted, as what is delivered is.\n");
    const words = [...note.matchAll(/=\?utf-8\?B\?(\S+)\?=/g)].map(([word, text = ""]) => {
      expect(word.length).toBeLessThan(76);
      return Buffer.from(text, "base64").toString("utf8");
    });
    expect(words.join("")).toMatch(/^A message was not delivered: Exec: {2}\[2Jü+…$/);
  });
});
