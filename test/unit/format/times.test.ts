import { describe, expect, it } from "vitest";
import { parseAge } from "../../../src/format/times.ts";

describe("a time back from now", () => {
  it.each([
    ["30s", 30_000],
    ["90m", 5_400_000],
    ["12h", 43_200_000],
    ["2d", 172_800_000],
    ["1w", 604_800_000],
  ])("%s", (text, age) => {
    expect(parseAge(text)).toBe(age);
  });

  it.each(["", "d", "2", "2 d", "-2d", "2y", "1.5h", `${"9".repeat(400)}d`])("is not %s", (text) => {
    expect(parseAge(text)).toBeUndefined();
  });
});
