import { describe, expect, it } from "vitest";
import { harmless } from "../../../src/format/harmless.ts";
import { ago, dateTime, duration } from "../../../src/format/times.ts";
import { visibleLength, wrap } from "../../../src/format/wrap.ts";

describe("ago", () => {
  it.each([
    [0, "0 s ago"],
    [59_400, "59 s ago"],
    [60_000, "1 m ago"],
    [3_599_000, "59 m ago"],
    [3_600_000, "1 h ago"],
    [86_399_000, "23 h ago"],
    [86_400_000, "1 d ago"],
    [40 * 86_400_000, "40 d ago"],
    [-5000, "0 s ago"],
  ])("%d milliseconds: %s", (time, words) => {
    expect(ago(1e12, 1e12 + time)).toBe(words);
  });
});

describe("duration", () => {
  it.each([
    [0.0412, "41 ms"],
    [0.4994, "499 ms"],
    [0.5, "0.5 s"],
    [0.72, "0.7 s"],
    [9.94, "9.9 s"],
    [12.4, "12 s"],
    [119, "119 s"],
    [598, "10 min"],
  ])("%d seconds: %s", (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
});

describe("dateTime", () => {
  it("is local, or universal and says so", () => {
    const at = new Date(2026, 10, 22, 9, 31, 7).getTime();
    expect(dateTime(at, false)).toBe("2026-11-22 09:31:07");
    expect(dateTime(Date.UTC(2026, 10, 22, 9, 31, 7), true)).toBe("2026-11-22 09:31:07Z");
  });
});

describe("wrap", () => {
  it("breaks at blanks, and sets in all lines but the first", () => {
    expect(wrap("one two three four five six", 24, 2)).toBe("one two three four\n  five six");
  });

  it("leaves a word that is longer than the line whole", () => {
    const word = "x".repeat(50);
    expect(wrap(`a ${word} b`, 30, 0)).toBe(`a\n${word}\nb`);
  });

  it("leaves twenty columns at least", () => {
    expect(wrap("0123456789 0123456789", 10, 8)).toBe(`0123456789\n${" ".repeat(8)}0123456789`);
  });
});

it("visibleLength counts cells of a terminal, not characters, bytes or colours", () => {
  expect(visibleLength("\u001b[1mäö🐟\u001b[22m…")).toBe(5);
  expect(visibleLength("日本語 한국 e\u0301")).toBe(13);
});

it("harmless takes away what steers a terminal, turns text round, or breaks a line", () => {
  expect(harmless("a\u001b[31mb\u009bc\r\nd")).toBe("a [31mb c d");
  expect(harmless("exe.\u202efdp\u202c \u2066x\u2069 \u200f\u061c y\u2028z\u2029")).toBe(
    "exe. fdp   x    y z ",
  );
  expect(harmless("Grüße 日本 🐟 עברית")).toBe("Grüße 日本 🐟 עברית");
});
