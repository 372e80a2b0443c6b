import { describe, expect, it } from "vitest";
import type { Progress } from "../../../src/apply/progress.ts";
import { longWork } from "../../../src/commands/long-work.ts";

describe("work that may take long", () => {
  const told: Progress[] = [];
  const context = (json = false) => {
    told.length = 0;
    return { program: "mailwright bayes learn", json, report: (one: Progress) => void told.push(one) };
  };
  const step = { event: "bayes learn", action: "learn", step: 1 };

  it("is shown from its beginning to its end", async () => {
    const result = await longWork(
      context(),
      "learn",
      async () => {
        expect(told).toEqual([{ ...step, kind: "running" }]);
        return 2;
      },
      (count) => `${count} learned`,
    );
    expect(result).toBe(2);
    expect(told[1]).toEqual({
      ...{ ...step, kind: "done", exit: 0, progress: 1, detail: "2 learned" },
      time: expect.any(Number),
    });
  });

  it("is shown as failed where it is, and not at all with --json", async () => {
    const failing = () => Promise.reject(new Error("no"));
    await expect(longWork(context(), "learn", failing, String)).rejects.toThrow("no");
    expect(told.at(-1)).toMatchObject({ kind: "done", exit: 1, detail: "no" });
    await expect(longWork(context(true), "learn", failing, String)).rejects.toThrow("no");
    expect(told).toEqual([]);
  });
});
