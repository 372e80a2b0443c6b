import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Trial, trialOf } from "../events/trial.ts";
import { project, temporaryRoot } from "../run-cli.ts";

/** Whether a process is there and not merely waits to be collected by its parent. */
function isAlive(pid: string): boolean {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) && !readFileSync(path, "utf8").includes(") Z ");
}

/** Waits until a script has written so many lines to `$LOG`. */
async function logged(trial: Trial, count: number): Promise<string[]> {
  for (const end = performance.now() + 20_000; trial.log().length < count; await sleep(10)) {
    if (performance.now() > end) throw new Error(`the script wrote no ${count} lines: ${trial.log()}`);
  }
  return trial.log();
}

/** A command in a process of its own, which a signal can be sent to. */
function start(
  trial: Trial,
  command: string,
  ...args: string[]
): { child: ChildProcess; end: Promise<unknown> } {
  const child = spawn(
    process.execPath,
    [join(project, "bin/mailwright.ts"), command, "--root", trial.root, ...args],
    { env: { MAILWRIGHT_SHARE: trial.share, LOGNAME: "tester" }, stdio: ["ignore", "ignore", "pipe"] },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return { child, end: once(child, "close").then(([exit]) => ({ exit, stderr })) };
}

describe("an action script that hangs", () => {
  it("is ended at --action-timeout with its children, also those that hold its output or ignore SIGTERM", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.script(
      "go",
      "S20-hangs",
      "trap '' TERM INT HUP\nsleep 60 &\n(trap '' TERM; sleep 60; echo) &\necho \"$! $$\" >>\"$LOG\"\nwait",
    );
    const begin = performance.now();
    const { exit, stdout, stderr } = await trial.signal("--action-timeout", "1s", "go");
    expect(performance.now() - begin).toBeLessThan(10_000);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect(stderr).toContain(
      "the action S20-hangs ran for 1.0 s, which is its limit, and was ended with all its processes",
    );
    expect(stderr).toContain("give it more time: --action-timeout 30m");
    const [pids = ""] = trial.log();
    await expect.poll(() => pids.split(" ").filter(isAlive)).toEqual([]);
    const group = pids.split(" ").at(-1);
    const { stdout: members } = await groupOf(group);
    expect(members).toBe("");
    expect(trial.body("/etc/file")).toBe("text\n");
  });
});

/** The processes of a group that live. */
async function groupOf(group: string | undefined): Promise<{ stdout: string }> {
  const child = spawn("ps", ["-eo", "pgid=,stat=,args="]);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (more: string) => {
    text += more;
  });
  await once(child, "close");
  const members = text
    .split("\n")
    .filter((line) => line.trim().startsWith(`${group} `) && !/^\s*\d+ Z/.test(line));
  return { stdout: members.join("\n") };
}

describe("an action script that ignores signals", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`${signal} once lets it end its work, then ends the event, which says what is left`, async () => {
      const trial = trialOf({ "10.hbs": "text\n" });
      trial.script("go", "S20-deaf", `trap '' INT TERM\necho ready >>"$LOG"\nsleep 1\necho done >>"$LOG"`);
      trial.script("go", "S30-later", 'echo later >>"$LOG"');
      const { child, end } = start(trial, "signal-event", "go");
      await logged(trial, 1);
      child.kill(signal);
      expect(await end).toMatchObject({
        exit: 1,
        stderr: expect.stringMatching(
          `interrupted \\(${signal}\\) while .*/S20-deaf was at work\n.*files are written`,
        ),
      });
      expect(trial.log()).toEqual(["ready", "done"]);
    });

    it(`${signal} twice ends it for good with its children`, async () => {
      const trial = trialOf({ "10.hbs": "text\n" });
      trial.script("go", "S20-deaf", `trap '' INT TERM\nsleep 60 &\necho $! >>"$LOG"\nwait`);
      const { child, end } = start(trial, "signal-event", "go");
      const [pid = ""] = await logged(trial, 1);
      child.kill(signal);
      await sleep(200);
      expect(isAlive(pid)).toBe(true);
      child.kill(signal);
      expect(await end).toMatchObject({
        exit: 1,
        stderr: expect.stringContaining(`interrupted (${signal})`),
      });
      await expect.poll(() => isAlive(pid)).toBe(false);
      expect(await trial.signal("--dry-run", "--wait", "0ms", "go")).toMatchObject({ exit: 0 });
    });
  }
});

describe("a second apply at the same time", () => {
  it("of whatever command ends with exit 6 and says who is at work; reading does not wait", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.event("slow", "");
    trial.script("slow", "S20-slow", 'echo ready >>"$LOG"\nsleep 60');
    const { child, end } = start(trial, "signal-event", "slow");
    await logged(trial, 1);
    const waits = ["--wait", "300ms"];
    for (const [program, ...args] of [
      ["signal-event", ...waits, "go"],
      ["mailwright", "apply", ...waits],
      ["mailwright", "rollback", ...waits, "1"],
      ["mailwright", "confirm", ...waits],
    ] as const) {
      const { exit, stdout, stderr } = await trial.run(program, args);
      expect({ exit, stdout }, stderr).toEqual({ exit: 6, stdout: "" });
      expect(stderr).toMatch(
        new RegExp(`signal-event slow \\(process ${child.pid}, tester, .*\\) is at work`),
      );
      expect(stderr).toContain("Nothing was touched.");
    }
    expect(await trial.signal("--dry-run", "go")).toMatchObject({ exit: 2 });
    expect(await trial.run("mailwright", ["verify"])).toMatchObject({ exit: 0 });
    child.kill("SIGTERM");
    expect(await end).toMatchObject({ exit: 1 });
    expect(await trial.signal("--wait", "0ms", "go")).toMatchObject({ exit: 0 });
  });
});

describe("the private folder of a check that was killed", () => {
  it("is removed by the next event, which checks nothing", async () => {
    const [trial, base] = [trialOf({ "10.hbs": "text\n" }), temporaryRoot()];
    const before = process.env["TMPDIR"];
    process.env["TMPDIR"] = base;
    onTestFinished(() => {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
    });
    const child = spawn("true");
    await once(child, "close");
    for (const name of [
      `mailwright-${child.pid}-AbCd12`,
      `mailwright-${process.pid}-AbCd12`,
      "mailwright-other",
    ])
      mkdirSync(join(base, name, "etc"), { recursive: true });
    await trial.applied("go");
    expect(readdirSync(base).sort()).toEqual([`mailwright-${process.pid}-AbCd12`, "mailwright-other"].sort());
  });
});
