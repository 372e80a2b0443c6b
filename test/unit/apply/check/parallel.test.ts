import { describe, expect, it } from "vitest";
import { inParallel } from "../../../../src/apply/check/parallel.ts";

const pause = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time));

describe("tasks in parallel", () => {
  it("are no more than the limit at a time, and their results are in their order", async () => {
    let running = 0;
    let most = 0;
    const task = (index: number) => async () => {
      most = Math.max(most, ++running);
      await pause(index % 2 === 0 ? 12 : 4);
      running--;
      return index;
    };
    const numbers = Array.from({ length: 9 }, (_, index) => index);
    expect(await inParallel(3, numbers.map(task))).toEqual(numbers);
    expect(most).toBe(3);
    expect(await inParallel(3, [])).toEqual([]);
  });

  it("are all done when the first failure in their order is thrown, even of one that fails at once", async () => {
    let done = 0;
    const fail = (time: number, text: string) => async (): Promise<void> => {
      await pause(time);
      done++;
      throw new Error(text);
    };
    const atOnce = (): Promise<void> => {
      done++;
      throw new Error("at once");
    };
    await expect(inParallel(4, [fail(30, "late"), fail(1, "early"), atOnce])).rejects.toThrow("late");
    expect(done).toBe(3);
  });
});
