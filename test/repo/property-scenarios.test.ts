import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { inEffect } from "../../src/catalogue/in-effect.ts";

const folder = new URL("../e2e/", import.meta.url);

/** Property, the file of its scenario, and how the scenario's name begins. */
const rows = readFileSync(new URL("property-scenarios.tsv", folder), "utf8")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => {
    const [property = "", file = "", scenario = ""] = line.split("\t");
    return { property, file, scenario };
  });

/** Those of the filter are shown by its own scenarios. */
const ofTheFilter = ["rspamd"];

describe("the scenarios of properties", () => {
  it("are named for every property of the mail server that has an effect, and no other", () => {
    const properties = Object.entries(inEffect)
      .filter(([key]) => !ofTheFilter.includes(key))
      .flatMap(([key, names]) => names.map((name) => `${key} ${name}`));
    expect(rows.map(({ property }) => property).sort()).toEqual(properties.sort());
  });

  it.each(rows)("$property: $file, $scenario", ({ property, file, scenario }) => {
    const text = readFileSync(new URL(`${file}.e2e.ts`, folder), "utf8");
    const titles = [...text.matchAll(/\btest\(\s*"((?:[^"\\]|\\.)+)"/g)].map(([, title = ""]) => title);
    expect(titles.filter((title) => title.startsWith(scenario) && scenario !== "")).toHaveLength(1);
    expect(text).toContain(property.split(" ")[1]);
  });
});
