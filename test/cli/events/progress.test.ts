import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { Progress } from "../../../src/apply/progress.ts";
import { LiveProgress } from "../../../src/cli/live-progress.ts";
import { main } from "../../../src/cli/main.ts";
import { progressSink } from "../../../src/cli/progress.ts";
import type { OutputStream } from "../../../src/cli/terminal.ts";
import { Trial, trialOf } from "./trial.ts";

/** JSON lines as objects. */
function objects(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** A terminal that remembers what is written, and can tell what stands on it. */
class FakeTerminal implements OutputStream {
  written = "";
  readonly isTerminal = true;

  constructor(
    readonly columns: number,
    readonly wantsColour = false,
  ) {}

  write(text: string): void {
    this.written += text;
  }

  /** The lines that stay: what is written after a line was taken back. */
  rows(): string[] {
    const lines = this.written.split("\n").map((line) => line.split("\u001b[K").at(-1) ?? "");
    return lines.map(stripVTControlCharacters).slice(0, -1);
  }
}

const done = (action: string, exit: number, detail: string): Progress => ({
  ...{ kind: "done", event: "go", action, step: 1, exit, time: 0.041, progress: 0.5, detail },
});

describe("signal-event --json", () => {
  it("prints one object a line: the event, each step as it begins and ends, and the status", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.script("go", "S20-say", "true");
    const { exit, stdout, stderr } = await trial.signal("--json", "go", "an arg");
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    const time = expect.any(Number);
    const step = (number: number, action: string, progress: number, detail: string) => [
      { event: "go", action, state: "running", step: number },
      { event: "go", action, state: "done", step: number, exit: 0, time, progress, detail },
    ];
    expect(objects(stdout)).toEqual([
      { event: "go", args: ["an arg"], steps: 6 },
      ...step(1, "plan", 1 / 6, "1 templates, 1 changed"),
      ...step(2, "check", 2 / 6, "nothing to check"),
      ...step(3, "commit", 3 / 6, "1 file"),
      ...step(4, "S20-say", 4 / 6, ""),
      ...step(5, "services", 5 / 6, "none affected"),
      ...step(6, "verify", 1, "nothing to verify"),
      { event: "go", status: "success" },
    ]);
  });

  it("a failing step has its exit status, the event ends as failed, and the words go to standard error", async () => {
    const trial = new Trial();
    trial.event("go", "");
    trial.script("go", "S20-fails", "echo sorry; exit 9");
    const { exit, stdout, stderr } = await trial.signal("--json", "go");
    expect(exit).toBe(1);
    const lines = objects(stdout);
    expect(lines.slice(-3)).toEqual([
      { event: "go", action: "S20-fails", output: "sorry" },
      expect.objectContaining({ action: "S20-fails", state: "done", exit: 1 }),
      { event: "go", status: "failed" },
    ]);
    expect(stderr).toContain("S20-fails failed with status 9");
  });

  it("tells notices and what scripts print, a line each", async () => {
    const trial = new Trial();
    trial.event("go", "");
    trial.script("go", "S10-no", "true", "shipped", 0o644);
    trial.script("go", "S20-say", 'echo "one \\"two\\""; printf three >&2');
    const lines = objects((await trial.signal("--json", "go")).stdout);
    expect(lines.filter((line) => "notice" in line)).toEqual([
      { event: "go", notice: expect.stringMatching(/S10-no is not executable: left out$/) },
    ]);
    expect(lines.filter((line) => "output" in line).map((line) => line["output"])).toEqual([
      'one "two"',
      "three",
    ]);
  });
});

describe("without a terminal", () => {
  it("an event that goes well prints nothing at all", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.script("go", "S20-say", "echo hello; echo hello >&2");
    expect(await trial.signal("go")).toEqual({ exit: 0, stdout: "", stderr: "" });
  });
});

describe("on a terminal", () => {
  it("a list of the steps with their times, on standard error alone", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.script("go", "S20-say", "echo hello");
    const [output, error] = [new FakeTerminal(80), new FakeTerminal(80)];
    const exit = await main({
      program: "signal-event",
      args: ["go"],
      environment: { MAILWRIGHT_ROOT: trial.root, MAILWRIGHT_SHARE: trial.share },
      terminal: { output, error },
      stdin: () => "",
    });
    expect(exit).toBe(0);
    expect(output.written).toBe("");
    expect(error.rows()).toEqual(
      [
        /^ ✓ plan {6}1 templates, 1 changed +\d+ ms$/,
        /^ ✓ check {5}nothing to check +\d+ ms$/,
        /^ ✓ commit {4}1 file +\d+ ms$/,
        /^ {5}hello$/,
        /^ ✓ S20-say +\d+ ms$/,
        /^ ✓ services {2}none affected +\d+ ms$/,
        /^ ✓ verify {4}nothing to verify +\d+ ms$/,
        /^go done in \d/,
      ].map((row) => expect.stringMatching(row)),
    );
  });

  it("a step at work is shown at once, turns, and counts its seconds", async () => {
    const terminal = new FakeTerminal(80);
    const live = new LiveProgress(terminal);
    live.report({ kind: "begin", event: "go", args: [], steps: 1 });
    live.report({ kind: "running", event: "go", action: "S20-slow", step: 1 });
    expect(terminal.written).toContain("S20-slow");
    const first = terminal.written;
    await new Promise((resolve) => setTimeout(resolve, 1250));
    expect(terminal.written.length).toBeGreaterThan(first.length);
    expect(terminal.written).toContain("S20-slow 1 s");
    live.report(done("S20-slow", 0, ""));
    live.report({ kind: "end", event: "go", status: "success" });
    const end = terminal.written;
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(terminal.written).toBe(end);
    expect(terminal.rows()).toEqual([
      expect.stringMatching(/^ ✓ S20-slow .*41 ms$/),
      expect.stringMatching(/^go done in/),
    ]);
  });

  for (const columns of [10, 20, 30, 40, 60, 80, 200]) {
    it(`${columns} columns: no line is longer, and sign, name and time can be read`, () => {
      const terminal = new FakeTerminal(columns);
      const live = new LiveProgress(terminal);
      live.report({ kind: "running", event: "go", action: "S20-a-script-with-a-long-name", step: 1 });
      live.report(done("S20-a-script-with-a-long-name", 0, ""));
      live.report({ kind: "running", event: "go", action: "plan", step: 2 });
      live.report(done("plan", 0, "27 templates, 3 changed, and so on ".repeat(4)));
      live.report(done("check", 4, "refused"));
      live.close();
      for (const row of terminal.rows()) expect(row.length).toBeLessThanOrEqual(Math.max(columns, 16));
      const spinner = terminal.written.split("\u001b[K").filter((part) => /[⠋⠙]/.test(part));
      for (const part of spinner)
        expect(part.replace(/[\r\n].*/s, "").length).toBeLessThanOrEqual(Math.max(columns, 9));
      expect(terminal.rows()[1]).toMatch(/^ ✓ plan .*41 ms$/);
      expect(terminal.rows()[2]).toMatch(/^ ✗ check .*41 ms$/);
    });
  }

  it("colour marks good and bad, and is never the only sign", () => {
    const coloured = new FakeTerminal(80, true);
    const plain = new FakeTerminal(80, false);
    for (const terminal of [coloured, plain]) {
      const live = new LiveProgress(terminal);
      live.report(done("plan", 0, "x"));
      live.report(done("check", 4, "x"));
      live.report({ kind: "notice", event: "go", text: "look" });
    }
    expect(coloured.written).toContain("\u001b[32m✓");
    expect(coloured.written).toContain("\u001b[31m✗");
    expect(plain.written).not.toContain("\u001b[3");
    expect(coloured.rows()).toEqual(plain.rows());
  });

  it("what a script prints cannot steer the terminal", () => {
    const terminal = new FakeTerminal(80);
    const line = "\u001b]0;title\u0007 \u001b[2J\rgone";
    new LiveProgress(terminal).report({ kind: "output", event: "go", action: "S20", line });
    expect(terminal.written).toBe("      ]0;title   [2J gone\n");
  });
});

describe("the system's log", () => {
  function logOf(options: Record<string, boolean>): {
    lines: string[];
    report: (progress: Progress) => void;
  } {
    const lines: string[] = [];
    const terminal = { output: new FakeTerminal(80), error: new FakeTerminal(80) };
    const log = {
      write: (line: string, isError: boolean) => lines.push(`${isError ? "error" : "info"} ${line}`),
      close: () => Promise.resolve(),
    };
    const sink = progressSink(terminal, "signal-event", options, {
      ...log,
      write: (line, isError) => void log.write(line, isError),
    });
    return { lines, report: sink.report };
  }

  it("has one line a step, one for each line that a script prints, and the end", () => {
    const { lines, report } = logOf({});
    report({ kind: "begin", event: "go", args: [], steps: 1 });
    report({ kind: "running", event: "go", action: "plan", step: 1 });
    report(done("plan", 0, "13 templates, 2 changed"));
    report({ kind: "output", event: "go", action: "S20-x", line: "first" });
    report({ kind: "output", event: "go", action: "S20-x", line: "second" });
    report({ kind: "notice", event: "go", text: "mind this" });
    report(done("check", 4, "rspamd refuses\nall of it"));
    report({ kind: "end", event: "go", status: "failed" });
    expect(lines).toEqual([
      "info go: plan done in 41 ms: 13 templates, 2 changed",
      "info go: S20-x: first",
      "info go: S20-x: second",
      "info go: mind this",
      "error go: check failed (4) in 41 ms: rspamd refuses; all of it",
      "error go: failed",
    ]);
  });

  it("hears nothing of a dry run", () => {
    const { lines, report } = logOf({ "dry-run": true });
    report(done("plan", 0, ""));
    report({ kind: "end", event: "go", status: "success" });
    expect(lines).toEqual([]);
  });
});
