import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { shippedCatalogue } from "../../src/catalogue/catalogue.ts";
import { inEffect } from "../../src/catalogue/in-effect.ts";
import { scenariosOf } from "./scenarios.ts";

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

/** What a scenario names besides the property: the key, or the database of such records. */
function placeOf(id: string): string {
  for (const [database, entries] of shippedCatalogue) {
    if (entries.some(({ match }) => "type" in match && match.type === id)) return database;
  }
  return id;
}

/** The words of all strings of a text: `"setprop"`, and each of `` `set ${name} user` ``. */
function wordsOf(text: string): Set<string> {
  const strings = text.match(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g) ?? [];
  return new Set(strings.flatMap((string) => string.slice(1, -1).split(/[\s=,]+/)));
}

describe("the scenarios of properties", () => {
  it("are named for every property of the mail server that has an effect, and no other", () => {
    const properties = Object.entries(inEffect).flatMap(([key, names]) =>
      names.map((name) => `${key} ${name}`),
    );
    expect(rows.map(({ property }) => property).sort()).toEqual(properties.sort());
    const widths = [0, 0].map((_, at) => Math.max(...rows.map((row) => Object.values(row)[at]?.length ?? 0)));
    const table = rows.map(({ property, file, scenario }) =>
      [property.padEnd(widths[0] ?? 0), file.padEnd(widths[1] ?? 0), scenario].join("  "),
    );
    console.log(table.join("\n"));
  });

  it.each(rows)("$property: $file, $scenario", ({ property, file, scenario }) => {
    const scenarios = scenariosOf(readFileSync(new URL(`${file}.e2e.ts`, folder), "utf8"));
    const found = scenarios.filter(({ title }) => title.startsWith(scenario) && scenario !== "");
    expect(found).toHaveLength(1);
    const [key = "", name = ""] = property.split(" ");
    // setDovecot() and setRspamd() are told properties alone.
    const text = (found[0]?.text ?? "")
      .replaceAll("setDovecot(", '"dovecot" (')
      .replaceAll("setRspamd(", '"rspamd" (');
    expect([...wordsOf(text)]).toEqual(expect.arrayContaining([name, placeOf(key)]));
  });
});
