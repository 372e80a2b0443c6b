import { describe, expect, it } from "vitest";
import { shippedCatalogue } from "../../../../src/catalogue/catalogue.ts";
import { checkProperties } from "../../../../src/catalogue/check-record.ts";
import { accountKeys, assignment, hostAndPort } from "../../../../src/commands/people/notations.ts";
import { families as ofPeople } from "../../../../src/commands/people/people-commands.ts";
import { defaultRelay } from "../../../../src/commands/people/relay-family.ts";
import { syncFamily } from "../../../../src/commands/remote/sync/sync-family.ts";
import { contextOf, entryFor, recordFor } from "../../catalogue/record.ts";

const families = [...ofPeople, syncFamily];

/** A value that each kind of option takes, by what its value is called. */
const samples: Readonly<Record<string, string>> = {
  NAME: "john",
  "NAME,…": "john,mary",
  "USER,…": "john,mary",
  USER: "john",
  "ADDRESS,…": "a@example.net",
  ADDRESS: "a@example.net",
  SIZE: "2G",
  TIME: "15d",
  TEXT: "some words",
  WHAT: "refuse",
  WHOM: "recipient",
  MAILBOX: "vmail+Sales",
  "HOST[:PORT]": "mx.example.net:25",
  PORT: "465",
  HOW: "ssl",
  "FOLDER,…": "[Gmail]/All Mail,a.b",
  HOURS: "6",
};

/** What the options that take an item out of a list find in it. */
const before = { Members: "john", Account: "john" };

const options = [...families, defaultRelay].flatMap((family) =>
  family.options.map((option) => ({ name: `${family.name} --${option.name}`, family, option })),
);

describe("the options of a family", () => {
  it.each(options)("$name stores what the catalogue accepts", ({ family, option }) => {
    const [type = ""] = family.types;
    const key = family.keys(family.example, "example.org")[0] ?? "";
    const entry = entryFor(family.database, key, type);
    const record = recordFor({ database: family.database, key, type, props: before });
    const value = option.value === undefined ? "" : samples[option.value];
    if (value === undefined) throw new Error(`no sample of ${option.value}`);
    const stored = option.stores(value, record);
    expect(Object.keys(stored)).not.toEqual([]);
    expect(checkProperties(entry, stored, record, contextOf([]))).toEqual([]);
  });

  it("and their columns and notes are of properties that the catalogue knows", () => {
    for (const { database, types, columns, notes } of families) {
      const entry = (shippedCatalogue.get(database) ?? []).find(({ types: own }) =>
        own.includes(types[0] ?? ""),
      );
      const known = Object.keys(entry?.properties ?? {});
      const read: string[] = [];
      const prop = (name: string): string => {
        read.push(name);
        return "enabled";
      };
      for (const { cell } of columns) cell({ key: "k", type: "t", prop });
      expect(known).toEqual(expect.arrayContaining([...new Set(read), ...notes]));
    }
  });
});

describe("what people type", () => {
  it.each([
    ["john", ["john@example.org", "john"]],
    ["John@Example.ORG", ["John@example.org", "John"]],
    ["john@other.net", ["john@other.net"]],
  ])("the account %s may have the keys %j", (name, keys) => {
    expect(accountKeys(name, "example.org")).toEqual(keys);
  });

  it.each([
    ["mx.example.net", { host: "mx.example.net" }],
    ["mx.example.net:25", { host: "mx.example.net", port: "25" }],
    ["192.0.2.1:x", { host: "192.0.2.1", port: "x" }],
    ["2001:db8::1", { host: "2001:db8::1" }],
    ["[2001:db8::1]", { host: "2001:db8::1" }],
    ["[2001:db8::1]:25", { host: "2001:db8::1", port: "25" }],
  ])("%s is a host and perhaps a port", (text, expected) => {
    expect(hostAndPort(text)).toEqual(expected);
  });

  it("an assignment's value may hold anything", () => {
    expect(assignment("A=b=c ")).toEqual(["A", "b=c "]);
    expect(assignment("A=")).toEqual(["A", ""]);
    for (const wrong of ["A", "=b", ""]) expect(() => assignment(wrong)).toThrow("--set needs");
  });
});
