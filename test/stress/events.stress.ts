import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtExecutable, runBuilt } from "../cli/built-executable.ts";
import type { Outcome } from "../cli/run-cli.ts";
import { heldValue, wholeFragment } from "./whole-files.ts";

const kills = 200;
const fileCount = 12;
/** So that a file takes several blocks of the disk. */
const padding = 300;

const base = mkdtempSync(join(tmpdir(), "mailwright-stress-"));
const root = join(base, "root");
const share = join(base, "share");
const names = Array.from({ length: fileCount }, (_, index) => `file${index}`);

const fragment = wholeFragment("stress.Value", padding);

/** Files of one setting, each of many lines that all name it, so that a mixture within a file shows. */
function prepare(): void {
  const put = (path: string, text: string): void => {
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
  };
  for (const name of names) {
    const folder = join(share, "templates/etc/stress", name);
    put(join(folder, "template.yaml"), "syntax: plain\ncomment: false\n");
    put(join(folder, "10.hbs"), fragment);
  }
  // A file that comes and goes with the setting.
  const some = join(share, "templates/etc/stress/some");
  put(join(some, "template.yaml"), 'syntax: plain\ncomment: false\nwhen: eq config.stress.Even "yes"\n');
  put(join(some, "10.hbs"), fragment);
  const targets = [...names, "some"].map((name) => `  - /etc/stress/${name}\n`).join("");
  put(join(share, "events/go/event.yaml"), `templates:\n${targets}services:\n  rspamd: reload\n`);
}

const run = (program: string, ...args: string[]): Promise<Outcome> =>
  runBuilt(program, args, { root, env: { MAILWRIGHT_SHARE: share } });

async function setValue(value: number): Promise<void> {
  const pairs = ["Value", `${value}`, "Even", value % 2 === 0 ? "yes" : "no"];
  expect(await run("config", "setprop", "stress", ...pairs)).toMatchObject({ exit: 0 });
}

const held = (name: string): number => heldValue(join(root, "etc/stress", name));

const temporaries = (): string[] =>
  readdirSync(join(root, "etc/stress")).filter((name) => name.startsWith("."));

function integrity(): string {
  const database = new DatabaseSync(join(root, "var/lib/mailwright/mailwright.db"), { readOnly: true });
  const row = database.prepare("PRAGMA integrity_check").get();
  database.close();
  return String(row?.["integrity_check"]);
}

/** Starts the event, and kills it when `moment` has come; tells whether it was still at work. */
async function killAt(moment: () => Promise<unknown>): Promise<boolean> {
  const child = spawn(builtExecutable("signal-event"), ["go"], {
    env: { MAILWRIGHT_ROOT: root, MAILWRIGHT_SHARE: share, LOGNAME: "stress" },
    stdio: "ignore",
  });
  const end = new Promise<NodeJS.Signals | null>((resolve) =>
    child.on("exit", (_, signal) => resolve(signal)),
  );
  await moment();
  child.kill("SIGKILL");
  return (await end) === "SIGKILL";
}

/** Milliseconds that it takes to rename all files, and a little more. */
const renaming = 1;

/** Resolves while all files are renamed, which they are when all lie beside their places; at most after a second. */
async function filesAreRenamed(): Promise<void> {
  for (const until = performance.now() + 1000; performance.now() < until; await sleep(0)) {
    if (temporaries().length > 0) break;
  }
  // From here on without a pause, for it is a matter of microseconds: a new one and an old one of each file.
  for (const until = performance.now() + 100; performance.now() < until; ) {
    if (temporaries().length >= 2 * fileCount) break;
  }
  for (const until = performance.now() + Math.random() * renaming; performance.now() < until; );
}

beforeAll(async () => {
  prepare();
  expect(await run("config", "set", "stress", "thing")).toMatchObject({ exit: 0 });
  await setValue(0);
  expect(await run("signal-event", "go")).toMatchObject({ exit: 0 });
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

describe("kill -9 of signal-event", () => {
  it(`${kills} times at random points leaves whole files, and the next event repairs everything`, async () => {
    await setValue(1);
    const start = performance.now();
    expect(await run("signal-event", "go")).toMatchObject({ exit: 0 });
    const duration = performance.now() - start;
    const counts = { killed: 0, finished: 0, before: 0, during: 0, after: 0, temporaries: 0 };
    for (let value = 2; counts.killed < kills && value < 10 * kills; value += 2) {
      const old = value - 1;
      await setValue(value);
      // Half of the kills come while the files are renamed, which is a very small part of the whole.
      const isAimed = value % 4 === 0;
      const wasKilled = await killAt(async () => {
        if (isAimed) await filesAreRenamed();
        else await sleep(Math.random() * duration);
      });
      counts[wasKilled ? "killed" : "finished"]++;
      expect(integrity()).toBe("ok");
      const values = names.map(held);
      for (const [index, found] of values.entries()) expect([old, value], names[index]).toContain(found);
      expect([-1, value]).toContain(held("some"));
      const renewed = values.filter((found) => found === value).length;
      if (wasKilled) counts[renewed === 0 ? "before" : renewed === fileCount ? "after" : "during"]++;
      counts.temporaries += temporaries().length;

      // The next event, for another value still, finds nothing that it takes for an administrator's.
      await setValue(value + 1);
      expect(await run("signal-event", "--wait", "0ms", "go")).toEqual({ exit: 0, stdout: "", stderr: "" });
      expect(names.map(held)).toEqual(names.map(() => value + 1));
      expect(held("some")).toBe(-1);
      expect(temporaries()).toEqual([]);
      expect(await run("signal-event", "--dry-run", "go")).toMatchObject({ exit: 0 });
    }
    console.log(`kill -9 of signal-event: ${JSON.stringify(counts)}`);
    expect(counts.killed).toBe(kills);
    // The kills were spread over the whole, and some fell between two files.
    expect(counts.before).toBeGreaterThan(0);
    expect(counts.during).toBeGreaterThan(0);
  });
});
