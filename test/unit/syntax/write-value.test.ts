import { expect, test } from "vitest";
import { type SyntaxName, syntaxes, writeValue } from "../../../src/template/syntax/syntaxes.ts";
import { UnwritableValue } from "../../../src/template/syntax/unwritable-value.ts";

const names = Object.keys(syntaxes) as SyntaxName[];

test.each(names)("%s writes numbers and booleans bare", (name) => {
  expect(writeValue(syntaxes[name], 25)).toBe("25");
  expect(writeValue(syntaxes[name], -0.5)).toBe("-0.5");
  expect(writeValue(syntaxes[name], true)).toBe("true");
});

test.each(names)("%s refuses what is no single value", (name) => {
  for (const value of [
    null,
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    {},
    () => "a",
    1n,
    Symbol("a"),
  ]) {
    expect(() => writeValue(syntaxes[name], value)).toThrow(UnwritableValue);
  }
  expect(() => writeValue(syntaxes[name], ["a"])).toThrow("the template must loop over it");
});

test("a variant writes the text of a number", () => {
  expect(writeValue(syntaxes.getmail, 5, "string")).toBe("'5'");
});

test("an unknown variant is a mistake of the template, not of the value", () => {
  expect(() => writeValue(syntaxes.lua, "a", "key")).toThrow('no variant "key"');
  expect(() => writeValue(syntaxes.cron, "a", "constructor")).toThrow('no variant "constructor"');
});

test("the message is a piece of a sentence", () => {
  expect(() => writeValue(syntaxes.dovecot, "a\nb", "literal")).toThrow(
    /^dovecot\.conf cannot hold a line break$/,
  );
});

test.each(names)("a comment of %s stays on its line", (name) => {
  expect(syntaxes[name].comment("made by x")).toBe(name === "lua" ? "-- made by x" : "# made by x");
  expect(syntaxes[name].comment("")).toBe(name === "lua" ? "--" : "#");
  expect(() => syntaxes[name].comment("a\nb")).toThrow(UnwritableValue);
});
