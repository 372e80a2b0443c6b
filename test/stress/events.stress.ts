import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtExecutable, runBuilt } from "../cli/built-executable.ts";
import type { Outcome } from "../cli/run-cli.ts";

const kills = 200;
const fileCount = 12;
const lineCount = 100;
/** So that a file takes several blocks of the disk. */
const padding = "x".repeat(300);

const base = mkdtempSync(join(tmpdir(), "mailwright-stress-"));
const root = join(base, "root");
const share = join(base, "share");
const names = Array.from({ length: fileCount }, (_, index) => `file${index}`);

/** Ten times ten lines, which parse faster than a hundred of them written out. */
const loop = '{{#each (stack "l")}}\n';
const fragment =
  `${'{{#push "l"}}x{{/push}}\n'.repeat(10)}${loop}${loop}` +
  `value {{config.stress.Value}} ${padding}\n${"{{/each}}\n".repeat(2)}`;

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

/** The value that a file holds throughout; -1 where it is not there. Throws for one that is not whole. */
function heldValue(name: string): number {
  let text: string;
  try {
    text = readFileSync(join(root, "etc/stress", name), "utf8");
  } catch {
    return -1;
  }
  const lines = text.split("\n");
  const [first = ""] = lines;
  const isWhole = lines.length === lineCount + 1 && lines.slice(0, -1).every((line) => line === first);
  if (!isWhole || lines.at(-1) !== "")
    throw new Error(`${name} is not whole: ${lines.length} lines, ${first}`);
  return Number(first.replace("value ", "").replace(padding, ""));
}

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

/** Resolves when the first file has another value, which is when the commit has begun; at most after a second. */
async function commitBegins(): Promise<void> {
  const inode = (): number => statSync(join(root, "etc/stress/file0")).ino;
  const before = inode();
  for (const until = performance.now() + 1000; performance.now() < until; await sleep(0)) {
    if (inode() !== before) return;
  }
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
      // Half of the kills come while the files are being written, which is a small part of the whole.
      const isAimed = value % 4 === 0;
      const wasKilled = await killAt(async () => {
        if (isAimed) await commitBegins();
        await sleep(Math.random() * (isAimed ? 12 : duration));
      });
      counts[wasKilled ? "killed" : "finished"]++;
      expect(integrity()).toBe("ok");
      const values = names.map(heldValue);
      for (const [index, found] of values.entries()) expect([old, value], names[index]).toContain(found);
      expect([-1, value]).toContain(heldValue("some"));
      const renewed = values.filter((found) => found === value).length;
      if (wasKilled) counts[renewed === 0 ? "before" : renewed === fileCount ? "after" : "during"]++;
      counts.temporaries += temporaries().length;

      // The next event, for another value still, finds nothing that it takes for an administrator's.
      await setValue(value + 1);
      expect(await run("signal-event", "--wait", "0ms", "go")).toEqual({ exit: 0, stdout: "", stderr: "" });
      expect(names.map(heldValue)).toEqual(names.map(() => value + 1));
      expect(heldValue("some")).toBe(-1);
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
