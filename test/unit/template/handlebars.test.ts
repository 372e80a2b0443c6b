import fc from "fast-check";
import Handlebars from "handlebars";
import { describe, expect, it } from "vitest";
import { make } from "./make.ts";

/** The real thing, with our helpers. Values here hold nothing that it would escape for HTML. */
const oracle = Handlebars.create();
oracle.registerHelper("eq", (left: unknown, right: unknown) => left === right);
const isTrue = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));
oracle.registerHelper("not", (value: unknown) => !isTrue(value));
oracle.registerHelper("and", (...values: unknown[]) => values.slice(0, -1).every(isTrue));
oracle.registerHelper("or", (...values: unknown[]) => values.slice(0, -1).some(isTrue));

function expected(template: string, context: object, noEscape: boolean): string {
  const text = oracle.compile(template, { noEscape })(context);
  // A file always ends its last line.
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/**
 * What a template can say, with how deep it is in contexts: `../` may only go where there is something. Every item
 * has the same members, so that a name is never looked for in the file, which is our own rule.
 */
const context = {
  name: "top",
  flag: true,
  off: false,
  zero: 0,
  empty: "",
  words: ["alpha", "beta", "gamma"],
  none: [],
  map: { k1: "v1", k2: "v2" },
  inner: {
    name: "inner",
    flag: false,
    off: "",
    zero: 0,
    empty: "",
    words: ["i1"],
    none: [],
    map: { m: "n" },
  },
  items: [
    { name: "first", flag: true, off: 0, zero: 0, empty: "", words: ["w1", "w2"], none: [], map: { a: "b" } },
    { name: "second", flag: "", off: false, zero: 0, empty: "", words: [], none: [], map: {} },
  ],
};

const blank = fc.constantFrom("", " ", "\n", "  ", "\n\n", "\t", "\n  ");
const text = fc.oneof(
  blank,
  fc.constantFrom(
    "x",
    "a b",
    "= ",
    "{ }",
    "#",
    "\\n",
    "é📬",
    "<&>",
    "line\n",
    "\nline",
    "a\nb\n",
    " } ",
    " { ",
  ),
);
const tilde = fc.constantFrom("", "", "", "~");

/** Values that are there in every record, and names that a block gave. */
function value(depth: number, names: readonly string[]): fc.Arbitrary<string> {
  const up = Array.from({ length: depth }, (_, level) => "../".repeat(level + 1));
  return fc.oneof(
    fc.constantFrom(
      "name",
      "this.name",
      "./name",
      "zero",
      "empty",
      "map.length",
      "words.length",
      "@root.name",
      "@root.words.[1]",
    ),
    fc.constantFrom('"text"', "'it'", "5", "true", "(eq 1 1)", "(not flag)"),
    ...(up.length === 0 ? [] : [fc.constantFrom(...up.map((prefix) => `${prefix}name`))]),
    ...(names.length === 0 ? [] : [fc.constantFrom(...names)]),
  );
}

/** Handlebars takes a literal that stands alone for a name; here it is the value that it is. */
const printable = (expression: string): boolean => !/^(map\.|["'\d(]|true)/.test(expression);

/** Handlebars adds two numbers that follow each other unescaped, 1 and 2 to 3. */
const isText = (expression: string): boolean =>
  !/zero|length|@index|@key|@first|@last|n\d+k/.test(expression);

function condition(depth: number, names: readonly string[]): fc.Arbitrary<string> {
  const leaf = fc.oneof(
    value(depth, names),
    fc.constantFrom("flag", "off", "none", "words", "map", "this.missing"),
  );
  const argument = leaf.filter((expression) => expression !== "this.missing");
  return fc.oneof(
    leaf,
    fc.tuple(argument, argument).map(([left, right]) => `(eq ${left} ${right})`),
    argument.map((one) => `(not ${one})`),
    fc.tuple(argument, argument).map(([left, right]) => `(and ${left} ${right})`),
    fc.tuple(argument, argument).map(([left, right]) => `(or ${left} (not ${right}))`),
  );
}

interface Place {
  readonly depth: number;
  readonly names: readonly string[];
  /** Whether `this` is a record; else it is a word, which has no members. */
  readonly isRecord: boolean;
  readonly left: number;
}

function template(place: Place): fc.Arbitrary<string> {
  return fc.array(piece(place), { maxLength: 4 }).map((pieces) => pieces.join(""));
}

function piece(place: Place): fc.Arbitrary<string> {
  const { depth, names, isRecord, left } = place;
  const written = isRecord ? value(depth, names).filter(printable) : wordValue(depth, names);
  const tested = isRecord ? condition(depth, names) : wordValue(depth, names);
  const leaf = fc.oneof(
    text,
    fc
      .tuple(tilde, written, tilde)
      .map(([before, expression, after]) => `{{${before}${expression}${after}}}`),
    written.filter(isText).map((expression) => `{{{${expression}}}}`),
    fc.constantFrom("{{! note }}", "\n{{!-- {{x}} --}}\n", "\\{{name}}"),
  );
  if (left === 0) return leaf;
  const same = { ...place, left: left - 1 };
  const test = fc
    .tuple(
      fc.constantFrom("if", "unless"),
      tested,
      template(same),
      fc.option(template(same)),
      tilde,
      tilde,
      blank,
    )
    .map(([block, expression, body, otherwise, open, close, gap]) => {
      const other = otherwise === null ? "" : `{{${close}else${open}}}${otherwise}`;
      return `{{${open}#${block} ${expression}${close}}}${gap}${body}${other}{{${open}/${block}${close}}}${gap}`;
    });
  const chain = fc
    .tuple(tested, tested, template(same), template(same), template(same))
    .map(([one, two, a, b, c]) => `{{#if ${one}}}${a}{{else if ${two}}}${b}{{else}}${c}{{/if}}`);
  const blocks = [test, chain, ...(isRecord ? [...loops(place)] : [])];
  return fc.oneof({ arbitrary: leaf, weight: 3 }, ...blocks.map((arbitrary) => ({ arbitrary, weight: 1 })));
}

function wordValue(depth: number, names: readonly string[]): fc.Arbitrary<string> {
  const up = Array.from({ length: depth }, (_, level) => `${"../".repeat(level + 1)}`);
  // Above a word there is always the record that holds it.
  return fc.constantFrom(
    "this",
    ".",
    "@root.name",
    ...up.slice(0, 1).map((prefix) => `${prefix}name`),
    ...names,
  );
}

function* loops(place: Place): Generator<fc.Arbitrary<string>> {
  const { depth, names, left } = place;
  const name = `n${depth}`;
  const within = (isRecord: boolean, more: readonly string[]): Place => ({
    ...{ depth: depth + 1, left: left - 1, isRecord, names: [...names, ...more] },
  });
  const wrap = (block: string, list: string, as: string, body: string, otherwise: string | null): string =>
    `{{#${block} ${list}${as}}}${body}${otherwise === null ? "" : `{{else}}${otherwise}`}{{/${block}}}`;
  const data = ["@index", "@key", "@first", "@last"];
  const same = template({ ...place, left: left - 1 });
  const words = fc.constantFrom("words", "none", "map", "missing");
  yield fc
    .tuple(words, template(within(false, data)), fc.option(same))
    .map(([list, body, otherwise]) =>
      wrap("each", list === "missing" ? "this.missing" : list, "", body, otherwise),
    );
  yield fc
    .tuple(
      words.filter((list) => list !== "missing"),
      template(within(false, [name, `${name}k`, ...data])),
      fc.option(same),
    )
    .map(([list, body, otherwise]) => wrap("each", list, ` as |${name} ${name}k|`, body, otherwise));
  if (depth > 0) return;
  yield fc
    .tuple(template(within(true, data)), fc.option(same))
    .map(([body, otherwise]) => wrap("each", "items", "", body, otherwise));
  yield fc
    .tuple(template(within(true, [`${name}.name`])), fc.option(same))
    .map(([body, otherwise]) => wrap("with", "inner", ` as |${name}|`, body, otherwise));
}

describe("against Handlebars itself", () => {
  it("random templates of the language make the same text", () => {
    let blocks = 0;
    let nested = 0;
    fc.assert(
      fc.property(template({ depth: 0, names: [], isRecord: true, left: 3 }), (source) => {
        const count = source.match(/\{\{~?#/g)?.length ?? 0;
        blocks += count;
        if (count > 2) nested++;
        expect(make(source, context)).toBe(expected(source, context, false));
      }),
      { numRuns: 400 },
    );
    // Otherwise the templates would have become too simple to say anything.
    expect(blocks).toBeGreaterThan(400);
    expect(nested).toBeGreaterThan(80);
  });

  it("a value with any characters passes as it is, and is never read as a template", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (odd, other) => {
        const values = { odd: `{{${odd}}}${other}`, list: [odd, other, "{{name}}"] };
        const source = "{{{odd}}}|{{#each list}}{{{this}}},{{/each}}|\n";
        expect(make(source, values)).toBe(expected(source, values, true));
      }),
      { numRuns: 1000 },
    );
  });
});
