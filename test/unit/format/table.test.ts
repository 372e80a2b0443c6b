import { describe, expect, it } from "vitest";
import { columns, described } from "../../../src/format/table.ts";

describe("columns", () => {
  it("are as wide as their widest cell, two blanks between them, and leave no blank at the end", () => {
    expect(
      columns([
        ["a", "long cell", "x"],
        ["bbb", "", ""],
        ["c", "d"],
      ]),
    ).toBe("a    long cell  x\nbbb\nc    d\n");
  });

  it("count what is seen, not what colours it", () => {
    expect(
      columns([
        ["\u001b[32mok\u001b[39m", "x"],
        ["four", "y"],
      ]),
    ).toBe("\u001b[32mok\u001b[39m    x\nfour  y\n");
  });

  it("of nothing are nothing", () => {
    expect(columns([])).toBe("");
  });
});

describe("described", () => {
  const rows = [
    ["--short", "a few words"],
    ["--with-a-longer-name", "more words than stand beside it on one line of the terminal"],
  ] as const;

  it("breaks the meaning beside the name", () => {
    expect(described(rows, 60)).toBe(
      [
        "--short               a few words",
        "--with-a-longer-name  more words than stand beside it on one",
        "                      line of the terminal",
        "",
      ].join("\n"),
    );
  });

  it("puts the meaning below the name where there is no room beside it", () => {
    expect(described(rows, 40)).toBe(
      [
        "--short",
        "        a few words",
        "--with-a-longer-name",
        "        more words than stand beside it",
        "        on one line of the terminal",
        "",
      ].join("\n"),
    );
  });

  it.each([30, 40, 50, 60, 80, 200])("no line is longer than %d columns", (width) => {
    for (const line of described(rows, width).split("\n")) expect(line.length).toBeLessThanOrEqual(width);
  });

  it("of nothing is nothing", () => {
    expect(described([], 80)).toBe("");
  });
});
