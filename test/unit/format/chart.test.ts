import { describe, expect, it } from "vitest";
import { chart, roundTop } from "../../../src/format/chart.ts";

describe("a chart", () => {
  it("stands at the right, and fills cells by eighths", () => {
    expect(chart([0, 1, 4, 8, 16], { columns: 6, rows: 2, top: 16 }, true)).toEqual(["     █", "  ▁▄██"]);
  });

  it("shows what is there however little, and nothing where there is nothing", () => {
    expect(chart([0, 1], { columns: 2, rows: 1, top: 10_000 }, true)).toEqual([" ▁"]);
  });

  it("is drawn in ASCII too, and cuts what is older than it is wide", () => {
    expect(chart([9, 8, 1, 0], { columns: 3, rows: 1, top: 8 }, false)).toEqual(["#. "]);
  });

  it.each([
    [0, 1],
    [3, 5],
    [10, 10],
    [101, 200],
  ])("of %d has its top at %d", (value, top) => {
    expect(roundTop(value)).toBe(top);
  });
});
