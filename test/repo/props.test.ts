import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { entriesOf, shippedCatalogue } from "../../src/catalogue/catalogue.ts";
import { checkValue } from "../../src/catalogue/check-value.ts";
import { findProperty } from "../../src/catalogue/effective.ts";
import type { KeyEntry, PropertyEntry } from "../../src/catalogue/entry.ts";

interface Row {
  readonly database: string;
  readonly key: string;
  readonly property: string;
  readonly value: string;
  readonly fallback: string;
  readonly events: readonly string[];
}

/** Names in brackets stand for any key of a type. */
const typeOf: Readonly<Record<string, string>> = {
  "(account)": "getmail",
  "(address)": "pseudonym",
  "(domain name)": "domain",
  "(group)": "group",
  "(network address)": "network",
  "(rule)": "sender",
  "(user)": "user",
};

const rows: Row[] = readFileSync(new URL("props.tsv", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => {
    const [database = "", key = "", property = "", value = "", fallback = "", events = ""] = line.split("\t");
    return { database, key, property, value, fallback, events: events === "" ? [] : events.split("|") };
  });

function entryOf({ database, key }: Row): KeyEntry {
  const type = database === "imapsync" ? "imapsync" : typeOf[key];
  const found = entriesOf(shippedCatalogue, database).find(({ match }) =>
    "key" in match ? match.key === key : match.type === type,
  );
  if (found === undefined) throw new Error(`no entry for ${database} ${key}`);
  return found;
}

function propertyOf(row: Row): PropertyEntry {
  const entry = entryOf(row);
  const found = row.property === "(value)" ? entry.value : findProperty(entry, row.property);
  if (found === undefined) throw new Error(`no property ${row.key} ${row.property}`);
  return found;
}

/** The texts that are no default, but say where the value comes from. */
const notStored = ["", "generated", "from the host name"];

describe("props.tsv and the catalogue agree", () => {
  const types = rows.filter(({ property }) => property === "type");
  const properties = rows.filter(({ property }) => property !== "type");

  it.each(types)("$database $key type", (row) => {
    const entry = entryOf(row);
    expect(entry.types[0]).toBe(row.fallback);
    expect(entry.events).toEqual(row.events);
    const words = row.value.match(/[a-z]+(?:-deleted)?(?=[|) ]|$)/g) ?? [];
    expect(words).toEqual(expect.arrayContaining([entry.types[0]]));
    const deleted = /\((\S+-deleted)/.exec(row.value)?.[1];
    expect(entry.types.find((type) => type.endsWith("-deleted"))).toBe(deleted);
  });

  it.each(properties)("$database $key $property", (row) => {
    const property = propertyOf(row);
    expect(property.default ?? "").toBe(notStored.includes(row.fallback) ? "" : row.fallback);
    expect(property.generated === true).toBe(row.fallback === "generated");
    expect(property.secret === true).toBe(/\bsecret$/.test(row.value));
    expect(property.events).toEqual(row.events);
    expect(property.text).toMatch(/\S\.$/);
  });

  it.each(properties.filter(({ value }) => /^[\w]+(\|[\w]+)+$/.test(value)))(
    "$database $key $property accepts exactly $value",
    (row) => {
      expect(propertyOf(row).kind).toEqual({ kind: "enum", values: row.value.split("|") });
    },
  );

  const ranges = properties.flatMap((row) => {
    const [, min, max] = /^(?:list of )?[a-z]+ (\d+)-(\d+)/.exec(row.value) ?? [];
    return min === undefined || max === undefined || row.value.startsWith("string")
      ? []
      : [{ ...row, min, max }];
  });

  it.each(ranges)("$database $key $property is from $min to $max", ({ min, max, ...row }) => {
    const property = propertyOf(row);
    expect(checkValue(property, min)).toBeUndefined();
    expect(checkValue(property, max)).toBeUndefined();
    expect(checkValue(property, String(Number(max) + 1))).toBeDefined();
    expect(checkValue(property, "-1")).toBeDefined();
  });

  it("every property of the catalogue is a row", () => {
    const known = new Set(rows.map((row) => `${row.database} ${row.key} ${row.property}`));
    const names = Object.fromEntries(Object.entries(typeOf).map(([key, type]) => [type, key]));
    const missing = [...shippedCatalogue.values()].flat().flatMap((entry) => {
      const { match, database } = entry;
      // The address postmaster@ has the properties of every address.
      if ("key" in match && match.key === "postmaster@") return [];
      const key = "key" in match ? match.key : database === "imapsync" ? "(user)" : names[match.type];
      return Object.keys(entry.properties)
        .map((name) => `${database} ${key} ${name}`)
        .filter((name) => !known.has(name));
    });
    expect(missing).toEqual([]);
  });

  it("every default is an accepted value", () => {
    const refused = [...shippedCatalogue.values()].flat().flatMap((entry) =>
      Object.entries(entry.properties).flatMap(([name, property]) => {
        const found = property.default === undefined ? undefined : checkValue(property, property.default);
        return found === undefined ? [] : [name];
      }),
    );
    expect(refused).toEqual([]);
  });
});
