import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const tests = fileURLToPath(new URL("..", import.meta.url));

/** Places where a test is left out without a reason that is printed, or that leave the others out. */
const silentSkips =
  /\b(?:it|test|describe)(?:\.\w+)*\.(?:skip|todo|only)\b|\.skipIf\(|\.runIf\((?!given\()|\bskip\(\)/g;

const silent = (text: string): string[] => text.match(silentSkips) ?? [];

describe("a test that is left out", () => {
  it("says why, by given(…) or the note of skip(…)", () => {
    const sources = readdirSync(tests, { recursive: true, encoding: "utf8" }).filter(
      (name) => name.endsWith(".ts") && name !== "repo/skips.test.ts",
    );
    expect(sources.length).toBeGreaterThan(50);
    const found = sources.flatMap((name) =>
      silent(readFileSync(join(tests, name), "utf8")).map((skip) => `${name}: ${skip}`),
    );
    expect(found).toEqual([]);
  });

  it("is found in every notation", () => {
    for (const text of ["it.skip(", "describe.skipIf(", "it.runIf(isRoot)", "it.each.only(", "skip()"])
      expect(silent(text), text).toHaveLength(1);
    for (const text of ['it.runIf(given(isRoot, "root"))', "skip(`no postmap`)"])
      expect(silent(text), text).toEqual([]);
  });
});
