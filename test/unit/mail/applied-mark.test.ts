import { expect, it } from "vitest";
import { appliedMark } from "../../../src/mail/applied-mark.ts";

it("is another for each other setting, wherever one ends", () => {
  expect(appliedMark(["a", "b"])).toMatch(/^[0-9a-f]{16}$/);
  expect(appliedMark(["a", "b"])).toBe(appliedMark(["a", "b"]));
  expect(
    new Set(
      [
        ["a", "b"],
        ["ab", ""],
        ["b", "a"],
      ].map(appliedMark),
    ).size,
  ).toBe(3);
});
