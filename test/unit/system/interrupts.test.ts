import { describe, expect, it, onTestFinished } from "vitest";
import { watchInterrupts } from "../../../src/system/interrupts.ts";
import { RealProcesses } from "../../../src/system/real-processes.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function watch() {
  const interrupts = watchInterrupts();
  onTestFinished(() => interrupts.stop());
  return interrupts;
}

/** Keeps this process so busy that it fetches no signal. */
function beBusy(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}

describe("interrupts", () => {
  it("there are none at first", async () => {
    const interrupts = watch();
    expect(await interrupts.pending()).toBeUndefined();
    expect(interrupts.hungUp()).toBe(false);
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`${signal} that came during work is seen, and stays seen`, async () => {
      for (let turn = 0; turn < 50; turn++) {
        const interrupts = watchInterrupts();
        process.kill(process.pid, signal);
        beBusy(1);
        const seen = [await interrupts.pending(), await interrupts.pending()];
        interrupts.stop();
        expect(seen, `turn ${turn}`).toEqual([signal, signal]);
      }
    });
  }

  it("the first one counts", async () => {
    const interrupts = watch();
    process.kill(process.pid, "SIGTERM");
    expect(await interrupts.pending()).toBe("SIGTERM");
    process.kill(process.pid, "SIGINT");
    beBusy(1);
    expect(await interrupts.pending()).toBe("SIGTERM");
  });

  it("a lost terminal is no wish to end", async () => {
    const interrupts = watch();
    process.kill(process.pid, "SIGHUP");
    beBusy(1);
    expect(await interrupts.pending()).toBeUndefined();
    expect(interrupts.hungUp()).toBe(true);
  });

  it("nothing is left behind, and what others listen to stays", () => {
    const before = signals.map((signal) => process.listenerCount(signal));
    const interrupts = watchInterrupts();
    expect(signals.map((signal) => process.listenerCount(signal))).toEqual(before.map((count) => count + 1));
    interrupts.stop();
    expect(signals.map((signal) => process.listenerCount(signal))).toEqual(before);
  });

  it("a program at work still gets the signal, and the one who ran it is told", async () => {
    const interrupts = watch();
    const lines: string[] = [];
    const running = new RealProcesses().run(
      ["/bin/sh", "-c", "trap 'echo interrupted; exit' INT; echo ready; while :; do sleep 0.05; done"],
      {
        onLine: (line) => {
          lines.push(line);
          if (line === "ready") process.kill(process.pid, "SIGINT");
        },
      },
    );
    await expect(running).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(lines).toEqual(["ready", "interrupted"]);
    expect(await interrupts.pending()).toBe("SIGINT");
  });
});
