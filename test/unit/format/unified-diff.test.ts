import { describe, expect, it } from "vitest";
import { plainStyle, type Style } from "../../../src/format/style.ts";
import { colourDiff, unifiedDiff } from "../../../src/format/unified-diff.ts";

const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}`);
const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

/** The same lines with some of them, by their number, changed. */
const changed = (lines: readonly string[], ...numbers: number[]): string[] =>
  lines.map((line, index) => (numbers.includes(index + 1) ? `${line} changed` : line));

describe("unifiedDiff", () => {
  it("has three lines of context, and the note behind the name of the new file", () => {
    const lines = numbered(20);
    expect(
      unifiedDiff("/etc/file", text(lines), text(changed(lines, 10)), "from 10.hbs").split("\n"),
    ).toEqual([
      "--- /etc/file",
      "+++ /etc/file\tfrom 10.hbs",
      "@@ -7,7 +7,7 @@",
      " line 7",
      " line 8",
      " line 9",
      "-line 10",
      "+line 10 changed",
      " line 11",
      " line 12",
      " line 13",
      "",
    ]);
  });
});

describe("the difference of a large file", () => {
  const lines = numbered(100_000);
  const before = text(lines);

  it.each([[1], [2], [50_000], [99_999], [100_000]])(
    "100 000 lines, line %d changed: is quick and small, and has the line with three of context",
    (number) => {
      const after = text(changed(lines, number));
      const start = performance.now();
      const patch = unifiedDiff("/etc/table", before, after, "");
      expect(performance.now() - start).toBeLessThan(1000);
      const shown = patch.split("\n");
      expect(shown.length).toBeLessThanOrEqual(12);
      expect(shown.slice(0, 3)).toEqual([
        "--- /etc/table",
        "+++ /etc/table",
        `@@ from line ${Math.max(1, number - 3)} @@`,
      ]);
      expect(shown).toContain(`-line ${number}`);
      expect(shown).toContain(`+line ${number} changed`);
      const context = [-3, -2, -1, 1, 2, 3].map((offset) => number + offset);
      for (const near of context.filter((at) => at >= 1 && at <= lines.length))
        expect(shown).toContain(` line ${near}`);
    },
  );

  it("lines that came and went are shown as such", () => {
    const added = unifiedDiff("/f", before, text([...lines.slice(0, 500), "new", ...lines.slice(500)]), "");
    expect(added.split("\n").filter((line) => /^[+-](?![+-])/.test(line))).toEqual(["+new"]);
    const gone = unifiedDiff("/f", before, text([...lines.slice(0, 500), ...lines.slice(501)]), "");
    expect(gone.split("\n").filter((line) => /^[+-](?![+-])/.test(line))).toEqual(["-line 501"]);
  });

  it("that does not end its last line has no line behind the change that does not stand there", () => {
    const old = lines.join("\n");
    expect(unifiedDiff("/f", old, `${old} changed`, "").split("\n").slice(3)).toEqual([
      " line 99997",
      " line 99998",
      " line 99999",
      "-line 100000",
      "+line 100000 changed",
      "",
    ]);
  });

  it("of which very much changes says how many lines more there are, and stays small", () => {
    const start = performance.now();
    const patch = unifiedDiff("/f", before, text(lines.map((line) => `${line} changed`)), "");
    expect(performance.now() - start).toBeLessThan(1000);
    expect(patch.split("\n").length).toBeLessThan(420);
    expect(patch.match(/^… 99800 more lines$/gm)).toHaveLength(2);
  });

  it.each([
    ["new", "", before, "+"],
    ["removed", before, "", "-"],
  ])("that is %s is cut short as well", (_, old, renewed, sign) => {
    const shown = unifiedDiff("/f", old, renewed, "").split("\n");
    expect(shown.length).toBeLessThan(220);
    expect(shown[3]).toBe(`${sign}line 1`);
    expect(shown).toContain("… 99800 more lines");
    const other = sign === "+" ? "-" : "+";
    expect(shown.slice(3).filter((line) => line.startsWith(other))).toEqual([]);
  });
});

describe("colourDiff", () => {
  const marks: Style = {
    ...plainStyle(80),
    good: (line) => `g(${line})`,
    bad: (line) => `b(${line})`,
    faint: (line) => `f(${line})`,
    strong: (line) => `s(${line})`,
  };

  it("marks what came and what went, beside their signs", () => {
    const patch = unifiedDiff("/f", "same\nold\n", "same\nnew\n", "");
    expect(colourDiff(patch, marks).split("\n")).toEqual([
      "s(--- /f)",
      "s(+++ /f)",
      "f(@@ -1,2 +1,2 @@)",
      " same",
      "b(-old)",
      "g(+new)",
      "",
    ]);
    expect(colourDiff(patch, plainStyle(80))).toBe(patch);
  });
});
