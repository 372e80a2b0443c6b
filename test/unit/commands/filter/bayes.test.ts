import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type Answer, readAnswer, type Teacher } from "../../../../src/commands/filter/bayes/controller.ts";
import { learnMessages } from "../../../../src/commands/filter/bayes/learn.ts";
import { messagesOf, split } from "../../../../src/commands/filter/bayes/messages.ts";
import { waiting } from "../../../../src/commands/filter/bayes/spool.ts";
import { learnedCounts } from "../../../../src/commands/filter/bayes/statistics.ts";
import { view } from "../../../../src/commands/filter/bayes/status.ts";
import { learnBatch } from "../../../../src/commands/filter/bayes/train.ts";
import { MailwrightError } from "../../../../src/errors.ts";
import { plainStyle } from "../../../../src/format/style.ts";
import { RealFiles } from "../../../../src/system/real-files.ts";
import type { System } from "../../../../src/system/system.ts";
import { FakeClock, FakeNetwork, FakeProcesses, FakeServices, success } from "../../apply/fakes.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const text = (message: Uint8Array): string => Buffer.from(message).toString("latin1");

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "bayes-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Answers by what a message holds. */
const answering = (answers: Readonly<Record<string, Answer>>): Teacher => ({
  learn: (_, message) => {
    const answer = answers[text(message)];
    if (answer === undefined) throw new MailwrightError("Rspamd does not answer", { code: "NO_RSPAMD" });
    return Promise.resolve(answer);
  },
});

describe("an answer of Rspamd's controller", () => {
  it.each<[number, string, Answer]>([
    [200, '{"success":true}', { kind: "learned" }],
    [208, '{"error":"<1@x> has been already learned as spam, ignore it"}', { kind: "known" }],
    [204, "", { kind: "unusable", reason: "too few words" }],
    [
      400,
      '{"error":"Empty body is not permitted"}',
      { kind: "unusable", reason: "Empty body is not permitted" },
    ],
    [403, '{"error":"Unauthorized"}', { kind: "failed", reason: "Unauthorized" }],
    [500, "", { kind: "failed", reason: "Rspamd answers with status 500" }],
  ])("%i %s", (status, body, answer) => {
    expect(readAnswer(status, body)).toEqual(answer);
  });
});

describe("messages to be learned", () => {
  it("are parted in an mbox, whose quoted From lines are as they were, in any charset", () => {
    const mbox =
      "From a Mon Jan 1\nSubject: 1\n\n\xe4\n>From here\n>>From there\n\nFrom b Tue\r\nSubject: 2\n\nx\n";
    expect(split("box", bytes(mbox)).map(({ name, bytes: message }) => [name, text(message)])).toEqual([
      ["box, message 1", "Subject: 1\n\n\xe4\nFrom here\n>From there\n\n"],
      ["box, message 2", "Subject: 2\n\nx\n"],
    ]);
    expect(split("one", bytes("Subject: 1\n\nFrom x\n"))).toHaveLength(1);
  });

  it("are those of files, folders, Maildirs and standard input, in this order", () => {
    const folder = temporary();
    for (const name of ["cur", "new", "tmp", "plain"]) mkdirSync(join(folder, name));
    const files = { "cur/1": "a", "new/2": "b", "tmp/3": "no", "plain/4": "c", "dovecot.index": "no" };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const source = { files: new RealFiles(), stdinBytes: () => bytes("in") };
    const found = messagesOf(source, [folder, join(folder, "plain"), "-", join(folder, "new/2")]);
    expect([...found].map((message) => text(message.bytes))).toEqual(["a", "b", "c", "in", "b"]);
    expect(() => messagesOf(source, [join(folder, "nothing")])).toThrow("there is no file");
  });

  it("are counted by what became of them, and those that were not learned are named", async () => {
    const teacher = answering({
      ...{ a: { kind: "learned" }, b: { kind: "known" } },
      ...{ c: { kind: "unusable", reason: "too few words" }, d: { kind: "failed", reason: "no" } },
    });
    const messages = [..."aabcd"].map((name) => ({ name, bytes: bytes(name) }));
    expect(await learnMessages(teacher, "spam", messages)).toEqual({
      counts: { learned: 2, known: 1, unusable: 1, failed: 1 },
      problems: ["c is not learned: too few words", "d is not learned: no"],
    });
  });
});

describe("what is learned", () => {
  const style = plainStyle(80, true);

  it("is told as counts and bars, and whether mail is judged by it", () => {
    expect(view({ learned: { spam: 105, ham: 0 }, waiting: 0 }, style)).toBe(
      "Mail is not yet judged by what the filter has learned: it takes 200 of each.\n" +
        "spam  ██████████░░░░░░░░░░  105 of 200\n" +
        "ham   ░░░░░░░░░░░░░░░░░░░░  0 of 200\n",
    );
    const full = view({ learned: { spam: 200, ham: 5000 }, waiting: 1 }, plainStyle(80));
    expect(full).toBe(
      "Mail is judged by what the filter has learned.\nspam  200 of 200\nham   5000 of 200\n1 that users moved waits to be learned.\n",
    );
  });

  it.each([
    ["\n\n", { spam: 0, ham: 0 }],
    ["12\n\n", { spam: 12, ham: 0 }],
    ["LOADING Redis is loading the dataset in memory\n", undefined],
    ["", undefined],
  ])("is read from Redis: %j", async (stdout, learned) => {
    const processes = new FakeProcesses();
    processes.programs.set("redis-cli", () => ({ ...success, stdout }));
    expect(await learnedCounts(processes)).toEqual(learned);
  });
});

describe("messages that users moved", () => {
  let folder: string;
  let system: System;
  let hasRedis: boolean;

  const left = (): string[] => readdirSync(folder).sort();
  function add(name: string, content: string, age = 0): void {
    const path = join(folder, name);
    writeFileSync(path, content);
    const seconds = system.clock.now() / 1000 - age;
    utimesSync(path, seconds, seconds);
  }
  const messages = () =>
    left().map((name) => ({
      path: join(folder, name),
      as: "spam" as const,
      since: new RealFiles().status(join(folder, name))?.modified ?? 0,
    }));

  beforeEach(() => {
    folder = temporary();
    hasRedis = true;
    const processes = new FakeProcesses();
    processes.programs.set("redis-cli", () =>
      hasRedis ? { ...success, stdout: "1\n1\n" } : { ...success, exit: 1 },
    );
    const clock = new FakeClock();
    system = {
      files: new RealFiles(),
      processes,
      services: new FakeServices(),
      network: new FakeNetwork(),
      clock,
    };
  });

  it("are taken in the order in which they were moved; no links and nothing else is", () => {
    const file = { mode: 0o600, uid: 0, gid: 0 };
    const found: Record<string, number> = {
      "ham.1.2": 30,
      "spam.1.1": 20,
      "spam.0.9": 40,
      other: 1,
      "spam.link": 2,
    };
    const files = {
      list: () => Object.keys(found),
      status: (path: string) => {
        const name = path.slice(path.lastIndexOf("/") + 1);
        return { ...file, kind: name === "spam.link" ? "link" : "file", modified: found[name] ?? 0 } as const;
      },
    };
    expect(waiting(files).map(({ as, since }) => `${as} ${since}`)).toEqual(["spam 20", "ham 30", "spam 40"]);
  });

  it("are removed once they are learned, or cannot be", async () => {
    for (const name of ["a", "b", "c"]) add(name, name);
    const teacher = answering({
      ...{ a: { kind: "learned" }, b: { kind: "known" }, c: { kind: "unusable", reason: "few" } },
    });
    expect(await learnBatch(system, teacher, messages())).toBeUndefined();
    expect(left()).toEqual([]);
  });

  it("stay while Redis or Rspamd is away, and one that fails stays for an hour", async () => {
    add("a", "a");
    hasRedis = false;
    expect(await learnBatch(system, answering({ a: { kind: "learned" } }), messages())).toContain("Redis");
    hasRedis = true;
    expect(await learnBatch(system, answering({}), messages())).toBe("Rspamd does not answer");
    const failing = answering({ a: { kind: "failed", reason: "out of memory" }, b: { kind: "learned" } });
    add("b", "b");
    add("old", "a", 3601);
    expect(await learnBatch(system, failing, messages())).toBe("out of memory");
    expect(left()).toEqual(["a"]);
  });

  it("stay where Redis went away in the middle, for what Rspamd says then is not so", async () => {
    add("a", "a");
    const teacher: Teacher = {
      learn: () => {
        hasRedis = false;
        return Promise.resolve({ kind: "learned" });
      },
    };
    expect(await learnBatch(system, teacher, messages())).toContain("Redis");
    expect(left()).toEqual(["a"]);
  });
});
