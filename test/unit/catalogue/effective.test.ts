import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { effectiveProps, findProperty, typedValue } from "../../../src/catalogue/effective.ts";
import { formatIp, maskLength, parseIp } from "../../../src/catalogue/ip.ts";
import type { Kind } from "../../../src/catalogue/kinds.ts";
import { entryFor } from "./record.ts";

const dovecot = entryFor("configuration", "dovecot");

describe("findProperty", () => {
  it("does not take members of Object for properties", () => {
    expect(findProperty(dovecot, "SpamFolder")?.default).toBe("Junk");
    for (const name of ["constructor", "__proto__", "toString"])
      expect(findProperty(dovecot, name)).toBeUndefined();
  });
});

describe("effectiveProps", () => {
  it("keeps a property called as a member of Object, of a record that nobody knows", () => {
    expect(effectiveProps(undefined, Object.fromEntries([["__proto__", "x"]]))).toEqual([["__proto__", "x"]]);
  });
  it("sorts by bytes and lets stored values win", () => {
    const props = effectiveProps(entryFor("configuration", "olefy"), {
      "\u{1f600}": "1",
      "\uffee": "2",
      ZZ: "3",
      status: "disabled",
    });
    expect(props).toEqual([
      ["TCPPort", "10632"],
      ["ZZ", "3"],
      ["status", "disabled"],
      ["\uffee", "2"],
      ["\u{1f600}", "1"],
    ]);
  });
});

describe("typedValue", () => {
  const cases: readonly [Kind, string, string | number | string[]][] = [
    [{ kind: "integer" }, "5", 5],
    [{ kind: "integer", empty: true }, "", ""],
    [{ kind: "integer", words: ["unlimited"] }, "unlimited", "unlimited"],
    [{ kind: "integer" }, "1e3", "1e3"],
    [{ kind: "number", words: ["0"] }, "0", 0],
    [{ kind: "number" }, "5.5", 5.5],
    [{ kind: "list", of: { kind: "port" } }, " 25,, 465 ,", ["25", "465"]],
    [{ kind: "list", of: { kind: "port" } }, "", []],
    [{ kind: "port" }, "25", "25"],
  ];
  it.each(cases)("%j %j: %j", (kind, value, expected) => expect(typedValue(kind, value)).toEqual(expected));
});

describe("IP addresses", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
    ["::ffff:192.0.2.1", "::ffff:c000:201"],
    ["10:0:0:1:2:3:4:5", "10::1:2:3:4:5"],
  ])("%s is %s", (text, expected) => {
    const bytes = parseIp(text);
    expect(bytes === undefined ? undefined : formatIp(bytes)).toBe(expected);
  });
  it.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1.2.3.4::",
    "12345::",
    ":1::",
    "1:2:3:4:5:6:7:8::",
  ])("%j is none", (text) => expect(parseIp(text)).toBeUndefined());
  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const bytes = parseIp(text);
        expect(bytes).toBeDefined();
        expect(parseIp(formatIp(bytes ?? []))).toEqual(bytes);
      }),
    );
  });
  it.each([
    ["255.255.255.0", 24],
    ["0.0.0.0", 0],
    ["255.255.255.255", 32],
    ["255.128.0.0", 9],
    ["255.0.255.0", undefined],
    ["24", undefined],
  ])("mask %s: %s", (mask, length) => expect(maskLength(mask)).toBe(length));
});
