import { describe, expect, it } from "vitest";
import { dueNow, isDue, runDue } from "../../../../src/commands/remote/sync/due.ts";
import type { RunNote } from "../../../../src/commands/remote/sync/notes.ts";
import type { SyncJob } from "../../../../src/mail/sync-jobs.ts";

const hour = 3_600_000;
const now = 1000 * hour;
const job = (file: string, hours = 6): SyncJob => ({ file, hours }) as SyncJob;
const ran = (ago: number, rest: Partial<RunNote> = {}): RunNote =>
  ({ started: now - ago * hour, ended: now - ago * hour, status: "done", problem: "", ...rest }) as RunNote;

describe("a job is due", () => {
  it.each([
    ["by its hours", ran(6), true],
    ["not before", ran(5.8), false],
    ["though the timer is not to the second", ran(5.95), true],
    ["an hour after it failed", ran(1, { status: "failed", problem: "no network" }), true],
    ["not at once after it failed", ran(0.5, { status: "failed", problem: "no network" }), false],
    ["an hour after the end of a long run", ran(3, { ended: now, status: "failed", problem: "x" }), false],
    ["not sooner where somebody has stopped it", ran(2, { status: "failed", problem: "stopped" }), false],
    ["where the clock was ahead", ran(-5), true],
    ["where it has not run", undefined, true],
  ])("%s", (_, last, is) => {
    expect(isDue(job("a"), last, now)).toBe(is);
    expect(isDue(job("a", 0), last, now)).toBe(false);
  });

  it("before others, where it waits longer", () => {
    const last = new Map([
      ["a", ran(7)],
      ["b", ran(9)],
      ["c", ran(2)],
    ]);
    const jobs = ["a", "b", "c", "d"].map((file) => job(file));
    expect(dueNow(jobs, ({ file }) => last.get(file), now).map(({ file }) => file)).toEqual(["d", "b", "a"]);
  });
});

describe("what is due runs", () => {
  const jobs = ["a", "b", "c", "d", "e", "f"].map((file) => job(file));

  const clock = { ticks: () => performance.now() };

  async function* nothing(): AsyncGenerator<string, void> {}

  it("four at a time, so that a slow one holds up none", async () => {
    let release = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    let running = 0;
    let most = 0;
    const lines: string[] = [];
    const run = async function* ({ file }: SyncJob): AsyncGenerator<string, void> {
      running += 1;
      most = Math.max(most, running);
      if (file === "a") await slow;
      else await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      yield file;
    };
    for await (const line of runDue(async () => jobs, run, clock)) {
      lines.push(line);
      if (lines.length === 5) release();
    }
    expect(most).toBe(4);
    expect(lines.at(-1)).toBe("a");
    expect([...lines].sort()).toEqual(["a", "b", "c", "d", "e", "f"]);
  });

  it("one turn each, and those too that become due meanwhile", async () => {
    const begun: string[] = [];
    const run = async function* ({ file }: SyncJob): AsyncGenerator<string, void> {
      begun.push(file);
      yield* nothing();
    };
    let looks = 0;
    const due = async () => jobs.slice(0, ++looks);
    for await (const _ of runDue(due, run, clock));
    expect(begun).toEqual(["a", "b", "c", "d", "e", "f"]);
  });

  it("again where its time has come while a slow one goes on, and none that cannot begin again and again", async () => {
    const begun: string[] = [];
    let time = 0;
    const run = async function* ({ file }: SyncJob): AsyncGenerator<string, void> {
      begun.push(file);
      for (let turn = 0; file === "a" && turn < 4; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        yield file;
      }
    };
    const due = async () => jobs.slice(begun.length === 0 ? 0 : 1, 2);
    for await (const _ of runDue(due, run, { ticks: () => time })) time += hour / 3;
    expect(begun).toEqual(["a", "b", "b"]);
  });

  it("until it cannot be told what is due: those at work end before that is told", async () => {
    let isEnded = false;
    let looks = 0;
    const due = async () => {
      looks += 1;
      if (looks > 1) throw new Error("no database");
      return jobs.slice(0, 2);
    };
    const run = async function* ({ file }: SyncJob): AsyncGenerator<string, void> {
      if (file === "b") return;
      await new Promise((resolve) => setTimeout(resolve, 20));
      isEnded = true;
    };
    const all = async (): Promise<void> => {
      for await (const _ of runDue(due, run, clock));
    };
    await expect(all()).rejects.toThrow("no database");
    expect(isEnded).toBe(true);
  });

  it("until one throws: the others end, and none begins", async () => {
    const begun: string[] = [];
    const ended: string[] = [];
    const run = async function* ({ file }: SyncJob): AsyncGenerator<string, void> {
      begun.push(file);
      if (file === "a") throw new Error("interrupted");
      await new Promise((resolve) => setTimeout(resolve, 5));
      ended.push(file);
    };
    const all = async (): Promise<void> => {
      for await (const _ of runDue(async () => jobs, run, clock));
    };
    await expect(all()).rejects.toThrow("interrupted");
    expect(begun).toEqual(["a", "b", "c", "d"]);
    expect(ended).toEqual(["b", "c", "d"]);
  });
});
