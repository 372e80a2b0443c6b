import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { builtExecutable } from "../cli/built-executable.ts";
import { Trial } from "../cli/events/trial.ts";
import { outcomeOf } from "./private-mounts.ts";

const bytes = 500_000_000;

/** The most memory that the process had so far, in bytes; `undefined` when it has ended. */
function memoryOf(pid: number | undefined): number | undefined {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

describe(`an action script that prints ${bytes / 1_000_000} MB`, () => {
  it.each([
    { what: "without a line break", body: `head -c ${bytes} /dev/zero | tr '\\0' x` },
    { what: "in lines of a hundred letters", body: `yes ${"x".repeat(100)} | head -c ${bytes}` },
    { what: "to standard error, in lines of seven letters", body: `yes flooded | head -c ${bytes} >&2` },
  ])("$what: takes less than 200 MB of memory and two minutes", async ({ what, body }) => {
    const trial = new Trial();
    trial.event("go", "");
    trial.script("go", "S20-floods", `${body}\necho done >>"$LOG"`);
    trial.script("go", "S30-later", 'echo later >>"$LOG"');
    const begin = performance.now();
    const child = spawn(builtExecutable("signal-event"), ["go"], {
      env: { MAILWRIGHT_ROOT: trial.root, MAILWRIGHT_SHARE: trial.share },
    });
    const end = outcomeOf(child);
    let most = 0;
    for (let now = memoryOf(child.pid); now !== undefined; now = memoryOf(child.pid)) {
      most = Math.max(most, now);
      await sleep(20);
    }
    expect(await end).toEqual({ exit: 0, stdout: "", stderr: "" });
    const seconds = (performance.now() - begin) / 1000;
    console.log(`${what}: ${Math.round(most / 1024 ** 2)} MiB, ${seconds.toFixed(1)} s`);
    expect(trial.log()).toEqual(["done", "later"]);
    expect(most).toBeGreaterThan(10_000_000);
    expect(most).toBeLessThan(200_000_000);
    expect(seconds).toBeLessThan(120);
  });
});
