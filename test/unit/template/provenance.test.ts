import { describe, expect, it } from "vitest";
import { FakeScope, make, makeFile, origins } from "./make.ts";

const config = new FakeScope("rspamd", {
  a: "A",
  b: "B",
  empty: "",
  list: ["x", "y"],
  secretWord: "S",
  off: "",
});

describe("every line knows its fragment and line", () => {
  it("of plain text", () => {
    expect(origins(makeFile({ one: "a\nb\n", two: "c\n" }))).toEqual(["one:1", "one:2", "two:1"]);
  });

  it("without a last line break", () => {
    expect(origins(makeFile({ one: "a", two: "b" }))).toEqual(["one:1", "two:1"]);
  });

  it("below tags that had their line to themselves", () => {
    const text = "{{! note }}\n\n{{#if true}}\nfour\n\nsix\n{{else}}\neight\n{{/if}}\n\n\ntwelve\n";
    const made = makeFile({ f: text });
    expect(made.text).toBe("\nfour\n\nsix\n\n\ntwelve\n");
    expect(origins(made)).toEqual(["f:2", "f:4", "f:5", "f:6", "f:10", "f:11", "f:12"]);
  });

  it("in the else branch", () => {
    const made = makeFile({ f: "{{#if false}}\ntwo\n{{else}}\nfour\n{{/if}}\nsix\n" });
    expect(made.text).toBe("four\nsix\n");
    expect(origins(made)).toEqual(["f:4", "f:6"]);
  });

  it("of each turn of a loop", () => {
    const made = makeFile({ f: "one\n{{#each l}}\nthree {{this}}\n{{/each}}\nfive\n" }, { l: ["a", "b"] });
    expect(origins(made)).toEqual(["f:1", "f:3", "f:3", "f:5"]);
  });

  it("after ~ took lines away", () => {
    const made = makeFile({ f: "one\n\n\n{{~#if true~}}\n\nsix\n{{/if}}\neight\n" });
    expect(made.text).toBe("onesix\neight\n");
    expect(origins(made)).toEqual(["f:1", "f:8"]);
  });

  it("around pushes", () => {
    const made = makeFile({ f: 'one\n{{#push "l"}}x{{/push}}\nthree\n  {{#push "l"}}y{{/push}}\n\nsix\n' });
    expect(made.text).toBe("one\nthree\n\nsix\n");
    expect(origins(made)).toEqual(["f:1", "f:3", "f:5", "f:6"]);
  });

  it("of a comment over several lines", () => {
    expect(origins(makeFile({ f: "{{!-- a\nb\n--}}\nfour\n" }))).toEqual(["f:4"]);
  });

  it("as many origins as lines, for any text", () => {
    for (const text of [
      "",
      "\n",
      "a",
      "a\n",
      "a\n\n",
      "\n\na",
      "{{#if true}}a{{/if}}",
      "{{#if true}}\n{{/if}}\n",
    ]) {
      const made = makeFile({ f: text, g: "z\n" });
      expect(made.lines).toHaveLength(made.text.split("\n").length - 1);
    }
  });
});

describe("every line knows the properties that it is made of", () => {
  const of = (text: string): string[] => origins(makeFile({ f: text }, { config, plain: "p" }));

  it("its own alone", () => {
    expect(of("{{config.a}}\n{{config.b}}{{config.a}}{{config.a}}\n{{plain}}\nx\n")).toEqual([
      ...["f:1 rspamd a", "f:2 rspamd b rspamd a", "f:3", "f:4"],
    ]);
  });

  it("those of the condition around it, and not after it", () => {
    expect(of("{{#if config.a}}\nx {{config.b}}\n{{/if}}\ny\n")).toEqual(["f:2 rspamd a rspamd b", "f:4"]);
  });

  it("those of every condition around it", () => {
    expect(of("{{#if config.a}}{{#unless (not config.b)}}x\n{{/unless}}{{/if}}y\n")[0]).toBe(
      "f:1 rspamd a rspamd b",
    );
  });

  it("of a condition in the else branch, too", () => {
    expect(of("{{#if config.off}}\nx\n{{else}}\ny\n{{/if}}\n")).toEqual(["f:4 rspamd off"]);
  });

  it("of a list that is looped over, and of a name for it", () => {
    expect(of("{{#each config.list as |i|}}\n{{i}}\n{{/each}}\n")).toEqual([
      "f:2 rspamd list",
      "f:2 rspamd list",
    ]);
  });

  it("of one that is empty and leaves no text", () => {
    expect(of("{{config.empty}}\n")).toEqual(["f:1 rspamd empty"]);
    expect(of("x {{config.empty}}\n")).toEqual(["f:1 rspamd empty"]);
    // At the end of a fragment it is no part of the next one.
    expect(origins(makeFile({ f: "x\n{{config.empty}}", g: "y\n" }, { config }))).toEqual(["f:1", "g:1"]);
  });

  it("of what came through a shared list, on the line where it is written", () => {
    const made = makeFile(
      {
        f: '{{#if config.a}}{{#push "l"}}{{config.secretWord}}{{/push}}{{/if}}',
        g: '{{#each (stack "l")}}{{this}}{{/each}}\n',
      },
      { config },
    );
    expect(origins(made)).toEqual(["g:1 rspamd a rspamd secretWord!"]);
  });

  it("of what a variant writes", () => {
    expect(origins(makeFile({ f: '{{as "key" config.a}} x\n' }, { config }, "postfix-map"))).toEqual([
      "f:1 rspamd a",
    ]);
  });

  it("that one is secret, through a block, a name or a condition", () => {
    for (const text of [
      "{{config.secretWord}}\n",
      "{{#with config.secretWord as |w|}}{{w}}{{/with}}\n",
      "{{#with config.secretWord}}{{this}}{{/with}}\n",
      "{{#if (eq config.secretWord 'S')}}it is S{{/if}}\n",
    ]) {
      expect(of(text)).toEqual(["f:1 rspamd secretWord!"]);
    }
  });
});

describe("a bare name within a record", () => {
  const context = {
    records: [new FakeScope("r1", { own: "1" }), new FakeScope("r2", { own: "2", shared: "r" })],
    shared: "file",
  };

  it("is its own member, else the file's", () => {
    expect(make("{{#each records}}{{own}}{{shared}} {{/each}}\n", context)).toBe("1file 2r \n");
  });

  it("this.name is its own alone", () => {
    expect(() => make("{{#each records}}{{this.shared}}{{/each}}\n", context)).toThrow(
      "this.shared has no value",
    );
  });
});
