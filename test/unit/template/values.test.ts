import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MailwrightError } from "../../../src/errors.ts";
import { type SyntaxName, syntaxes, writeValue } from "../../../src/template/syntax/syntaxes.ts";
import { UnwritableValue } from "../../../src/template/syntax/unwritable-value.ts";
import { FakeScope, make } from "./make.ts";

const names = Object.keys(syntaxes) as SyntaxName[];
const odd = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.stringMatching(/^["'\\$%#{}();:=<>|&`\s\w]{0,12}$/),
  fc.constantFrom(
    "\n",
    "\0",
    "a\nb",
    '"',
    "'; drop",
    "$" + "{x}",
    "%(x)s",
    "{{x}}",
    "\\",
    "*/",
    "--",
    "\ud800",
  ),
);

/** What the syntax itself makes of a value; `undefined` where it cannot hold it. */
function written(syntax: SyntaxName, value: string, variant?: string): string | undefined {
  try {
    return writeValue(syntaxes[syntax], value, variant);
  } catch (error) {
    if (error instanceof UnwritableValue) return undefined;
    throw error;
  }
}

for (const syntax of names) {
  const variants = [undefined, ...Object.keys(syntaxes[syntax].variants ?? {})];
  describe(`${syntax}: a value gets into the file by its escape alone`, () => {
    for (const variant of variants) {
      it(variant === undefined ? "{{value}}" : `{{as "${variant}" value}}`, () => {
        const mustache = variant === undefined ? "{{key.v}}" : `{{as "${variant}" key.v}}`;
        let refused = 0;
        fc.assert(
          fc.property(odd, (value) => {
            const token = written(syntax, value, variant);
            const source = `<${mustache}|{{#each key.l as |i|}}${mustache.replace("key.v", "i")}{{/each}}>`;
            const context = { key: new FakeScope("k", { v: value, l: [value] }) };
            if (token !== undefined) {
              expect(make(source, context, syntax)).toBe(`<${token}|${token}>\n`);
              return;
            }
            refused++;
            expect(() => make(source, context, syntax)).toThrow(
              expect.objectContaining({
                code: "UNWRITABLE_VALUE",
                exit: 3,
                message: expect.stringMatching(/^f:1: k v: .*cannot /),
              }),
            );
          }),
          { numRuns: 300 },
        );
        // NUL at the least.
        expect(refused).toBeGreaterThan(0);
      });
    }

    it("a comment is one line", () => {
      expect(syntaxes[syntax].comment("text")).toMatch(/^(#|--) text$/);
      expect(() => syntaxes[syntax].comment("a\nb")).toThrow(UnwritableValue);
    });
  });
}

it("the message of a refused value never holds the value", () => {
  for (const syntax of names) {
    fc.assert(
      fc.property(fc.string({ minLength: 12, maxLength: 20 }), (word) => {
        const value = `${word}\0${word}`;
        try {
          make("{{v}}", { v: value }, syntax);
        } catch (error) {
          if (!(error instanceof MailwrightError)) throw error;
          expect(error.message + error.hint).not.toContain(word);
        }
      }),
      { numRuns: 50 },
    );
  }
});
