import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Concealer } from "../../../src/apply/conceal.ts";
import { MailwrightError } from "../../../src/errors.ts";
import { syntaxes } from "../../../src/template/syntax/syntaxes.ts";
import { UnwritableValue } from "../../../src/template/syntax/unwritable-value.ts";
import { Machine } from "./harness.ts";

function concealer(...secrets: string[]): Concealer {
  const machine = new Machine();
  machine.set("rspamd", { Password: secrets[0] ?? "" });
  secrets.slice(1).forEach((secret, index) => {
    machine.set(`site${index}`, { ApiToken: secret }, "thing");
  });
  return new Concealer(machine.settings);
}

/** Every way in which a file holds a value. */
const places = Object.entries(syntaxes).flatMap(([name, syntax]) => [
  { place: name, write: syntax.escape },
  ...Object.entries(syntax.variants ?? {}).map(([variant, write]) => ({
    place: `${name} ${variant}`,
    write,
  })),
]);

const secrets = [
  "Plain-Secret_1",
  "p#a ss\"w'ö:\\x",
  "50%of$it",
  "{SHA512-CRYPT}$6$salt$hash/with.dots",
  "a.*[b]+(c)?",
  "tab\there",
  "Zürich–日本🐟",
  "<angle>&more;",
];

/** What a file holds in the place of the value; `undefined` where it cannot hold it, so that it stands in no file. */
function written(write: (value: string) => string, value: string): string | undefined {
  try {
    return write(value);
  } catch (error) {
    if (error instanceof UnwritableValue) return undefined;
    throw error;
  }
}

describe("a secret", () => {
  it.each(secrets)("%j is taken out of a text, wherever and however often it stands", (secret) => {
    const concealed = concealer(secret).text(`${secret}: bad ${secret}${secret}\nagain (${secret}).`);
    expect(concealed).toBe("••••••: bad ••••••••••••\nagain (••••••).");
  });

  it.each(places)("is taken out as a file holds it: $place", ({ write }) => {
    for (const secret of secrets) {
      const token = written(write, secret);
      if (token === undefined) continue;
      const inner = token.replace(/^(["'])(.*)\1$/s, "$2");
      const concealed = concealer(secret).text(`line 3: setting = ${token}; unexpected "${inner}"`);
      expect(concealed).not.toContain(inner);
      expect(concealed).toMatch(/^line 3: setting = ["']?••••••["']?; unexpected "••••••"$/);
    }
  });

  it.each(places)("keeps the eight letters in a row by which it is found: $place", ({ write }) => {
    const odd = fc.string({ unit: fc.constantFrom(..."aB3 \\\"'`$%#{}[]()<>@:;,.*?|^!&~=/+-_\t\nö🐟") });
    const row = fc.stringMatching(/^[A-Za-z0-9]{8,24}$/);
    const secret = fc.oneof(
      row,
      fc.tuple(odd, row, odd).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(secret, (value) => {
        const rows = value.match(/[A-Za-z0-9]{8,}/g) ?? [];
        const token = written(write, value);
        if (token !== undefined) for (const one of rows) expect(token).toContain(one);
      }),
    );
  });

  it("can be held by every kind of file, one at least", () => {
    for (const { place, write } of places) {
      const held = [...secrets, "20mb", "15", "john@example.org", "* * * * *"].filter(
        (secret) => written(write, secret) !== undefined,
      );
      expect(held, place).not.toEqual([]);
    }
  });
});

describe("a short secret", () => {
  it("is taken out only where it stands alone", () => {
    const text = (words: string): string => concealer("no").text(words);
    expect(text('no: note of no one, (no) "no" and=no no')).toBe(
      '••••••: note of •••••• one, (••••••) "••••••" and=•••••• ••••••',
    );
    expect(text("piano, nö, no_1, 1no, nono")).toBe("piano, nö, no_1, 1no, nono");
  });

  it("with signs of a regular expression is no pattern", () => {
    expect(concealer("a.b").text("a.b axb")).toBe("•••••• axb");
    expect(concealer("$1").text("$1 and $12")).toBe("•••••• and $12");
  });

  it("of four characters is taken out everywhere", () => {
    expect(concealer("word").text("swordfish")).toBe("s••••••fish");
  });
});

it("of two secrets of which one is part of the other, neither leaves a rest", () => {
  for (const pair of [
    ["secret", "secret-and-more"],
    ["secret-and-more", "secret"],
  ])
    expect(concealer(...pair).text("is secret-and-more, or secret")).toBe("is ••••••, or ••••••");
});

it("an empty secret hides nothing", () => {
  expect(concealer("").text("as it is")).toBe("as it is");
});

it("what is no secret stays", () => {
  const machine = new Machine();
  machine.set("rspamd", { QuarantineAccount: "spam@domain.org", Password: "hidden-1" });
  expect(new Concealer(machine.settings).text("spam@domain.org hidden-1")).toBe("spam@domain.org ••••••");
});

describe("an error", () => {
  it("of an administrator's keeps its code, status and cause; its message and hint lose the secret", () => {
    const cause = new Error("cause");
    const shown = concealer("S3cretOfMine").error(
      new MailwrightError("bad S3cretOfMine", { code: "X", exit: 4, hint: "see S3cretOfMine\nthere", cause }),
    );
    expect(shown).toBeInstanceOf(MailwrightError);
    expect(shown).toMatchObject({
      message: "bad ••••••",
      code: "X",
      exit: 4,
      hint: "see ••••••\nthere",
      cause,
    });
  });

  it("without a hint stays without one", () => {
    const shown = concealer("S3cretOfMine").error(new MailwrightError("bad", { code: "X" }));
    expect(shown).toMatchObject({ message: "bad", hint: undefined });
  });

  it("that is a bug loses it in its message and in its stack, and stays the same error", () => {
    const bug = new TypeError("cannot read S3cretOfMine of undefined");
    expect(bug.stack).toContain("S3cretOfMine");
    const shown = concealer("S3cretOfMine").error(bug);
    expect(shown).toBe(bug);
    expect(bug.message).toBe("cannot read •••••• of undefined");
    expect(bug.stack).not.toContain("S3cretOfMine");
    expect(bug.stack).toContain("conceal.test.ts");
  });

  it("that is no Error is passed on", () => {
    expect(concealer("S3cretOfMine").error("text")).toBe("text");
  });
});
