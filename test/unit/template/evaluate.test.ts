import { describe, expect, it } from "vitest";
import { make, makeFile } from "./make.ts";

const context = {
  name: "root",
  word: "w",
  nothing: undefined,
  empty: "",
  zero: 0,
  yes: true,
  no: false,
  list: ["a", "b", "c"],
  none: [] as string[],
  people: [
    { name: "ann", tags: ["x", "y"], of: { town: "Ulm" } },
    { name: "bob", tags: [], of: { town: "Bern" } },
  ],
  map: { one: "1", two: "2" },
  deep: { er: { est: "d" } },
};

/** Fragment, what it makes. */
const rows: readonly (readonly [what: string, text: string, made: string])[] = [
  ["text alone", "a\nb\n", "a\nb\n"],
  ["a missing last line break", "a", "a\n"],
  ["nothing", "", ""],
  ["a value", "<{{word}}>\n", "<w>\n"],
  ["a raw value", "<{{{word}}}>\n", "<w>\n"],
  ["numbers and booleans", "{{zero}} {{yes}} {{no}} {{5}} {{1.5}} {{true}}\n", "0 true false 5 1.5 true\n"],
  ["text literals", `{{"a"}}{{'b'}}\n`, "ab\n"],
  ["a path", "{{deep.er.est}} {{deep/er/est}}\n", "d d\n"],
  ["a segment in brackets", "{{deep.[er].est}} {{list.[1]}} {{list.length}}\n", "d b 3\n"],
  ["comments leave nothing", "a{{! x }}b{{!-- {{x}} --}}c\n", "abc\n"],
  ["a comment on a line of its own leaves no line", "a\n{{! x }}\nb\n", "a\nb\n"],
  ["an escaped mustache", "\\{{word}}\n", "{{word}}\n"],
  ["braces that are no mustache", "{ } {a} }}\n", "{ } {a} }}\n"],
  ["CRLF is kept", "a\r\nb\r\n", "a\r\nb\r\n"],

  ["if", "{{#if yes}}y{{/if}}{{#if no}}n{{/if}}\n", "y\n"],
  ["if else", "{{#if no}}y{{else}}n{{/if}}\n", "n\n"],
  ["if with what is not there", "{{#if nothing}}y{{else}}n{{/if}}\n", "n\n"],
  [
    "if: empty text, 0 and an empty list are false",
    "{{#if empty}}e{{/if}}{{#if zero}}z{{/if}}{{#if none}}n{{/if}}.\n",
    ".\n",
  ],
  ["if: a list is true", "{{#if list}}l{{/if}}\n", "l\n"],
  ["an else chain", "{{#if no}}1{{else if no}}2{{else if yes}}3{{else}}4{{/if}}\n", "3\n"],
  ["an else chain to its end", "{{#if no}}1{{else if no}}2{{else}}4{{/if}}\n", "4\n"],
  ["an else chain of other blocks", "{{#if no}}1{{else each list}}{{this}}{{else}}-{{/if}}\n", "abc\n"],
  ["unless", "{{#unless no}}u{{else}}e{{/unless}}{{#unless yes}}u{{else}}e{{/unless}}\n", "ue\n"],
  [
    "helpers",
    "{{#if (eq word 'w')}}1{{/if}}{{#if (not yes)}}2{{/if}}{{#if (and yes (or no word))}}3{{/if}}\n",
    "13\n",
  ],
  ["eq takes no text for a number", "{{#if (eq zero '0')}}t{{else}}n{{/if}}\n", "n\n"],
  ["a helper's value", "{{eq 1 1}}\n", "true\n"],

  ["each", "{{#each list}}{{this}};{{/each}}\n", "a;b;c;\n"],
  [
    "each: index, first, last, key",
    "{{#each list}}{{@index}}{{@key}}{{@first}}{{@last}} {{/each}}\n",
    "00truefalse 11falsefalse 22falsetrue \n",
  ],
  [
    "each over names",
    "{{#each map}}{{@key}}={{this}} {{@index}}{{@first}}{{@last}};{{/each}}\n",
    "one=1 0truefalse;two=2 1falsetrue;\n",
  ],
  ["each else", "{{#each none}}x{{else}}no{{/each}}{{#each nothing}}x{{else}}no{{/each}}\n", "nono\n"],
  ["each with names", "{{#each list as |item at|}}{{at}}{{item}}{{/each}}\n", "0a1b2c\n"],
  [
    "each with a name for the item, and its members",
    "{{#each people as |p|}}{{p.name}}-{{p.of.town}} {{/each}}\n",
    "ann-Ulm bob-Bern \n",
  ],
  ["each over map with names", "{{#each map as |value key|}}{{key}}{{value}}{{/each}}\n", "one1two2\n"],
  [
    "nested each",
    "{{#each people}}{{name}}:{{#each tags}}{{this}}{{else}}-{{/each}} {{/each}}\n",
    "ann:xy bob:- \n",
  ],
  [
    "an inner name hides the outer",
    "{{#each people}}{{#each tags}}{{../name}}{{this}} {{/each}}{{/each}}\n",
    "annx anny \n",
  ],
  ["../ twice", "{{#each people}}{{#each tags}}{{../../word}}{{/each}}{{/each}}\n", "ww\n"],
  [
    "../ within if is that of the block around it",
    "{{#each people}}{{#if name}}{{../word}}{{/if}}{{/each}}\n",
    "ww\n",
  ],
  ["../this and ..", "{{#each list}}{{#with 'q'}}{{../this}}{{..}}{{/with}}{{/each}}\n", "aabbcc\n"],
  ["@root", "{{#each people}}{{#each tags}}{{@root.name}}{{/each}}{{/each}}\n", "rootroot\n"],
  [
    "the outer index",
    "{{#each people}}{{#each tags}}{{@../index}}{{@index}} {{/each}}{{/each}}\n",
    "00 01 \n",
  ],
  ["the outer index within if", "{{#each people}}{{#if name}}{{@index}}{{/if}}{{/each}}\n", "01\n"],
  [
    "outer names are seen within",
    "{{#each people as |p|}}{{#each p.tags as |t|}}{{p.name}}{{t}} {{/each}}{{/each}}\n",
    "annx anny \n",
  ],
  [
    "an inner name wins",
    "{{#each list as |x|}}{{#with 'q' as |x|}}{{x}}{{/with}}{{x}}{{/each}}\n",
    "qaqbqc\n",
  ],
  [
    "a name wins over a member, this.name does not",
    "{{#each people as |name|}}{{name.name}}{{this.name}}{{./name}} {{/each}}\n",
    "annannann bobbobbob \n",
  ],
  [
    "a bare name that the item has not is the file's",
    "{{#each people}}{{name}}{{word}} {{/each}}\n",
    "annw bobw \n",
  ],
  ["with", "{{#with deep.er}}{{est}}{{/with}}\n", "d\n"],
  ["with else", "{{#with empty}}x{{else}}e{{/with}}{{#with none}}x{{else}}e{{/with}}\n", "ee\n"],
  ["with 0 is with something", "{{#with zero}}{{this}}{{else}}e{{/with}}\n", "0\n"],
  ["with a name", "{{#with deep.er as |d|}}{{d.est}}{{/with}}\n", "d\n"],

  ["a block that has lines of its own leaves none", "a\n{{#if yes}}\nb\n{{/if}}\nc\n", "a\nb\nc\n"],
  ["an else of its own line, too", "{{#if no}}\na\n{{else}}\nb\n{{/if}}\n", "b\n"],
  ["indented block lines, too", "a\n  {{#if yes}}\n  b\n  {{/if}}\nc\n", "a\n  b\nc\n"],
  ["an empty line within stays", "{{#if yes}}\n\na\n\n{{/if}}\n", "\na\n\n"],
  ["a value on a line of its own keeps it", "a\n{{word}}\nb\n", "a\nw\nb\n"],
  ["~ takes blanks and lines", "a  \n {{~word~}}  \n\n b\n", "awb\n"],
  ["~ on blocks", "a {{~#if yes~}}  b  {{~else~}} c {{~/if~}} d\n", "abd\n"],
  ["each with ~", "l = {{#each list~}} {{this}}, {{~/each}}\n", "l = a,b,c,\n"],
  ["separators", "{{#each list}}{{#unless @first}}, {{/unless}}{{this}}{{/each}}\n", "a, b, c\n"],

  [
    "push and stack",
    '{{#push "l"}}a{{/push}}\n{{#push "l"}}b{{/push}}\n{{#each (stack "l")}}{{this}}{{/each}}\n',
    "ab\n",
  ],
  ["stack before any push is empty", '{{#each (stack "l")}}x{{else}}none{{/each}}\n', "none\n"],
  [
    "a list is asked for by any expression",
    '{{#push word}}a{{/push}}\n{{#each (stack "w")}}{{this}}{{/each}}\n',
    "a\n",
  ],
  [
    "push trims what it takes",
    '{{#push "l"}}\n  a\n  b\n{{/push}}\n{{#each (stack "l")}}[{{this}}]{{/each}}\n',
    "[a\n  b]\n",
  ],
  [
    "push of nothing is none",
    '{{#push "l"}}{{#if no}}x{{/if}} {{/push}}\n{{#if (stack "l")}}some{{else}}none{{/if}}\n',
    "none\n",
  ],
  [
    "push within each",
    '{{#each list}}{{#push "l"}}{{this}}{{@index}}{{/push}}{{/each}}{{#each (stack "l")}}{{this}} {{/each}}\n',
    "a0 b1 c2 \n",
  ],
  [
    "pushes between lines leave no line",
    'a\n{{#push "l"}}x{{/push}}\n{{#push "l"}}y{{/push}}\nb\n',
    "a\nb\n",
  ],
  ["an empty line after a push stays", 'a\n{{#push "l"}}x{{/push}}\n\nb\n', "a\n\nb\n"],
  ["a push at the end of a line of text keeps its end", 'a {{#push "l"}}x{{/push}}\nb\n', "a \nb\n"],
  ["a push before text on its line keeps its end", '{{#push "l"}}x{{/push}} a\nb\n', " a\nb\n"],
  ["an indented push leaves no line", 'a\n  {{#push "l"}}x{{/push}}\nb\n', "a\nb\n"],
  [
    "pushes in a block leave no line",
    '{{#each list}}\n{{#push "l"}}{{this}}{{/push}}\n{{/each}}\na\n',
    "a\n",
  ],
];

describe("a fragment makes", () => {
  for (const [what, text, made] of rows) {
    it(what, () => {
      expect(make(text, context)).toBe(made);
    });
  }

  it("values without HTML's escapes", () => {
    expect(make("{{v}} {{{v}}}\n", { v: `<b>&"'=\`` })).toBe(`<b>&"'=\` <b>&"'=\`\n`);
  });

  it("no member that an object has from its kind", () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
      expect(make(`{{#if deep.${name}}}x{{/if}}.\n`, context)).toBe(".\n");
      expect(() => make(`{{${name}}}\n`, context)).toThrow(`there is no value called ${name}`);
      expect(() => make(`{{deep.${name}}}\n`, context)).toThrow(`deep.${name} has no value`);
      expect(() => make(`{{list.${name}}}\n`, context)).toThrow(`list.${name} has no value`);
    }
  });

  it("lists over several fragments of one file, and none over two files", () => {
    const push = '{{#push "l"}}x{{/push}}\n';
    const print = '{{#each (stack "l")}}{{this}}{{/each}}\n';
    expect(makeFile({ a: push, b: push, c: print }).text).toBe("xx\n");
    expect(makeFile({ c: print }).text).toBe("\n");
  });
});
