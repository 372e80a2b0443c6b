import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { token } from "./writing.ts";

/** Words of which nearly all values are made, and those that some rule has something to say of. */
const plainWords = [
  ..."aZ09_$",
  ..."{}.,/+=@-",
  "john",
  "@domain.org",
  "@a",
  "{SHA512-CRYPT}",
  "$6$",
  "domain.org",
];
const oddWords = [
  ..."#:;\\\"'<>()[]% ~",
  "..",
  "[12]",
  ":b",
  "@[192.0.2.1]",
  "\t",
  "\n",
  "\r",
  "\0",
  "\x7f",
  "\x85",
  "é",
  "🐟",
  "\ud800",
];

const short = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...plainWords) },
      { weight: 1, arbitrary: fc.constantFrom(...oddWords) },
    ),
    { maxLength: 8 },
  )
  .map((words) => words.join(""));

/** Values of about as many bytes as a field may have, plain ones and others. */
const long = fc
  .tuple(fc.integer({ min: 4090, max: 4100 }), fc.constantFrom("a", "$", "é", "🐟"), short)
  .map(([bytes, filling, head]) => {
    const room = Math.max(0, bytes - Buffer.byteLength(head));
    return (
      head + "a".repeat(room % Buffer.byteLength(filling)) + filling.repeat(room / Buffer.byteLength(filling))
    );
  });

const values = fc.oneof({ weight: 5, arbitrary: short }, { weight: 1, arbitrary: long });
const runs = { numRuns: 3000 };

/** Values that are plain but for one word, wherever it stands. */
const nearlyPlain = [...plainWords, ...oddWords].flatMap((word) =>
  ["W", "aW", "Wa", "aWb", "W@a", "aW@a", "a@W", "a@bW", "a@Wb", "@W", "a.W", "W.a"].map((form) =>
    form.replace("W", () => word),
  ),
);

/** What no file of this kind holds. */
const isNoText = (value: string): boolean => value.includes("\0") || /\p{Cs}/u.test(value);
const hasControl = (value: string): boolean => /[^\P{Cc}\u0080-\u009f]/u.test(value);

/** The rules of a field, without a shorter way for plain values. */
function field(value: string): string | undefined {
  const refused =
    isNoText(value) ||
    value === "" ||
    /[:\n\r]/.test(value) ||
    value.startsWith("#") ||
    (/\[..\]$/su.test(value) && !/^[{$]/.test(value) && Array.from(value).length > 4) ||
    Buffer.byteLength(value) > 4096;
  return refused ? undefined : value;
}

/** The rules of a user, without a shorter way for plain values. */
const user = (value: string): string | undefined =>
  hasControl(value) ? undefined : field(value.replace(/["'\\]/g, "\\$&"));

/** The rules of an address, without a shorter way for plain values. */
function address(value: string): string | undefined {
  const [, local = "", domain = ""] = /^(.*?)(@[^@]*)?$/s.exec(value) ?? [];
  if (isNoText(value) || hasControl(value) || value === "" || value.startsWith("#")) return undefined;
  if (/^@.*:/.test(value)) return undefined;
  const inner = /^@\[[^[\]]*\]$/.test(domain) ? domain.slice(2, -1).replaceAll(":", "") : domain;
  if (/[ "\\,;:()<>[\]]/.test(inner)) return undefined;
  if (value.startsWith("@") && local === "") return value;
  const isAtom =
    local !== "" && !/[ ()<>@,;:\\"[\]]/.test(local) && local.split(".").every((part) => part !== "");
  return (isAtom ? local : `"${local.replace(/["\\]/g, "\\$&")}"`) + domain;
}

describe("the short way for plain values", () => {
  it("is not taken with one word that is not plain, wherever it stands", () => {
    for (const value of nearlyPlain) {
      expect(token("passwd", value, "field"), value).toBe(field(value));
      expect(token("passwd", value, "user"), value).toBe(user(value));
      expect(token("postfix-map", value, "address"), value).toBe(address(value));
    }
  });

  it("of a field of a passwd file writes and refuses what its rules do", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(token("passwd", value, "field")).toBe(field(value));
      }),
      runs,
    );
  });

  it("of a user of a passwd file writes and refuses what its rules do", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(token("passwd", value, "user")).toBe(user(value));
      }),
      runs,
    );
  });

  it.each(["a", "$", "{"])("of a field and a user ends where 4096 bytes do: %s…", (first) => {
    for (const variant of ["user", "field"]) {
      const longest = first + "x".repeat(4095);
      expect(token("passwd", longest, variant)).toBe(longest);
      expect(token("passwd", `${longest}x`, variant)).toBeUndefined();
    }
  });

  it("of an address in a Postfix table writes and refuses what its rules do", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(token("postfix-map", value, "address")).toBe(address(value));
      }),
      runs,
    );
  });
});
