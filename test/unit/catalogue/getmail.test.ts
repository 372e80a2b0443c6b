import { describe, expect, it } from "vitest";
import { findEntry, shippedCatalogue } from "../../../src/catalogue/catalogue.ts";
import { checkText, checkValue } from "../../../src/catalogue/check-value.ts";
import { effectiveProps, findProperty } from "../../../src/catalogue/effective.ts";

const entry = findEntry(shippedCatalogue, "getmail", "jd@isp.net@pop.isp.net", "getmail");

function refusal(name: string, value: string): string | undefined {
  const property = findProperty(entry, name);
  if (property === undefined) throw new Error(`no property ${name}`);
  return (checkText(value, false) ?? checkValue(property, value))?.reason;
}

describe("an account elsewhere", () => {
  it.each(["-1", "0", "1", "365"])("Delete %s is accepted", (value) => {
    expect(refusal("Delete", value)).toBeUndefined();
  });

  it.each(["", "never", "3d", "-2", "1.5", "0x1", "٣"])(
    "Delete %j is no number of days, and refused",
    (value) => {
      expect(refusal("Delete", value)).toBeTypeOf("string");
    },
  );

  it("a missing Delete means never, as it does not in the original, and a missing Time 30 minutes", () => {
    const props = new Map(effectiveProps(entry, {}));
    expect(props.get("Delete")).toBe("-1");
    expect(props.get("Time")).toBe("30");
  });

  it.each(["1", "30", "59", "60"])("Time %s is accepted", (value) => {
    expect(refusal("Time", value)).toBeUndefined();
  });

  it.each(["0", "61", "1440", "-1", "", "*/5"])("Time %j is refused", (value) => {
    expect(refusal("Time", value)).toBeTypeOf("string");
  });

  it("a password of any characters is accepted as it is, and a line break or NUL is refused", () => {
    expect(refusal("Password", `a%s"b\\c$(id)'d ü€ `)).toBeUndefined();
    for (const value of ["a\nb", "a\rb", "a\0b"]) expect(refusal("Password", value)).toBeTypeOf("string");
  });
});
