import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nastyValues } from "../../e2e/breakout/values.ts";
import { type ReferenceReader, referenceReaders } from "./reference-readers.ts";
import { token } from "./writing.ts";

/** Texts rich in what parsers look for, and any text at all. */
const value = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."\"'`\\$%#{}[]()<>;:,=/*!&|~? \t\n\rax1") }),
  fc.string({ unit: "binary" }),
);

function check(reader: ReferenceReader, text: string): void {
  const written = token(reader.syntax, text, reader.variant);
  if (written !== undefined) expect(reader.read(written)).toBe(text);
}

describe.each(referenceReaders)("$syntax $variant", (reader) => {
  test("what is written reads back as the value", () => {
    fc.assert(
      fc.property(value, (text) => check(reader, text)),
      { numRuns: 1000 },
    );
  });

  test("so does each of the nasty values", () => {
    for (const text of nastyValues()) check(reader, text);
  });
});

test("these hold any text that is UTF-8 without NUL", () => {
  const text = fc.string({ unit: "binary" }).filter((candidate) => !/\0|\p{Cs}/u.test(candidate));
  fc.assert(
    fc.property(text, (candidate) => {
      expect(token("ucl", candidate)).toBeDefined();
      expect(token("lua", candidate)).toBeDefined();
      expect(token("systemd", candidate, "exec")).toBeDefined();
      expect(token("getmail", candidate, "string")).toBeDefined();
    }),
  );
});
