import { expect, it } from "vitest";
import { stopped, watchRun, within } from "../../../../src/commands/remote/sync/run-watch.ts";
import type { Clock } from "../../../../src/system/system.ts";

const aborted = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(signal.reason)));

it("a run ends for the first reason that there is", async () => {
  const reason = stopped();
  let isAsked = false;
  const { signal, end } = watchRun([() => undefined, async () => (isAsked ? reason : undefined)]);
  isAsked = true;
  expect(await aborted(signal)).toBe(reason);
  end();
});

it("a look that fails ends it, too", async () => {
  const { signal, end } = watchRun([() => Promise.reject(new Error("no process"))]);
  expect(await aborted(signal)).toEqual(new Error("no process"));
  end();
});

it("it may take so many hours", () => {
  let ticks = 5;
  const reason = within(6, { ticks: () => ticks } as Clock);
  ticks += 6 * 3_600_000 - 1;
  expect(reason()).toBeUndefined();
  ticks += 1;
  expect(String(reason())).toContain("not done within 6 h");
});
