import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accepted, acceptedWords, kindLabel } from "../../../src/catalogue/accepted.ts";
import { generateSecret } from "../../../src/catalogue/generate-secret.ts";
import type { Kind } from "../../../src/catalogue/kinds.ts";
import { nearest } from "../../../src/catalogue/suggest.ts";

const forms: readonly { kind: Kind; form: string; label: string; words?: readonly string[] }[] = [
  {
    kind: { kind: "enum", values: ["enabled", "disabled"] },
    form: "enabled or disabled",
    label: "enabled|disabled",
    words: ["enabled", "disabled"],
  },
  {
    kind: { kind: "enum", values: ["a", "b"], empty: true },
    form: "a, b or an empty value",
    label: "a|b|empty",
    words: ["a", "b"],
  },
  { kind: { kind: "number", min: 1, max: 25 }, form: "a number from 1 to 25", label: "number 1–25" },
  {
    kind: { kind: "integer", min: 1, max: 30, unit: "days", words: ["default"] },
    form: "a whole number of days from 1 to 30, or default",
    label: "days 1–30|default",
    words: ["default"],
  },
  {
    kind: { kind: "integer", min: -1, unit: "days" },
    form: "a whole number of days, -1 or more",
    label: "days ≥ -1",
  },
  {
    kind: { kind: "list", of: { kind: "either", of: [{ kind: "address" }, { kind: "domain" }] } },
    form: "a comma-separated list of addresses or domains",
    label: "list of address|domain",
  },
  {
    kind: { kind: "list", of: { kind: "enum", values: ["Exec", "Arch"] }, empty: true },
    form: "a comma-separated list of the words Exec and Arch, or an empty value",
    label: "list of Exec|Arch|empty",
    words: ["Exec", "Arch"],
  },
  {
    kind: { kind: "string", minLength: 1, maxLength: 16 },
    form: "text of 1 to 16 characters",
    label: "text 1–16",
  },
  { kind: { kind: "string" }, form: "text without line breaks", label: "text" },
  { kind: { kind: "path", empty: true }, form: "an absolute path, or an empty value", label: "path|empty" },
];

describe("accepted, acceptedWords, kindLabel", () => {
  it.each(forms)("$form", ({ kind, form, label, words = [] }) => {
    expect(accepted(kind)).toBe(form);
    expect(kindLabel(kind)).toBe(label);
    expect(acceptedWords(kind)).toEqual(words);
  });
});

describe("nearest", () => {
  const names = ["QuarantineStatus", "QuarantineAccount", "SpamKillLevel", "SpamTag2Level", "status", "Time"];
  const cases: readonly [string, string | undefined][] = [
    ["QuarantineStats", "QuarantineStatus"],
    ["quarantinestatus", "QuarantineStatus"],
    ["SpamKilLevel", "SpamKillLevel"],
    ["SpamKlilLevel", "SpamKillLevel"],
    ["Status", "status"],
    ["Tiem", "Time"],
    ["", undefined],
    ["x", undefined],
    ["Password", undefined],
  ];
  it.each(cases)("%j: %s", (name, expected) => expect(nearest(name, names)).toBe(expected));

  it("prefers the fewest edits and finds what is equal but for case", () => {
    expect(nearest("abcdef", ["abcdxx", "abcdex", "ABCDEF"])).toBe("ABCDEF");
    fc.assert(fc.property(fc.string({ minLength: 1 }), (name) => nearest(name, ["zzz", name]) !== undefined));
  });
});

describe("generateSecret", () => {
  it("has 16 characters and each class", () => {
    const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
    for (let run = 0; run < 500; run++) {
      const secret = generateSecret(random);
      expect(secret).toMatch(/^[A-Za-z0-9_]{16}$/);
      for (const pattern of [/[a-z]/, /[A-Z]/, /[0-9]/, /_/]) expect(secret).toMatch(pattern);
    }
  });
  it("does not wait for ever on a broken source", () => {
    expect(() => generateSecret((count) => new Uint8Array(count))).toThrow(/not random/);
    expect(() => generateSecret((count) => new Uint8Array(count).fill(63))).toThrow();
    expect(() => generateSecret(() => new Uint8Array())).toThrow(/not random/);
  });
});
