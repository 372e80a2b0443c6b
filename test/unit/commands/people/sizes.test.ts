import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesText, quotaProps, unitsText } from "../../../../src/commands/people/sizes.ts";

describe("a quota's size", () => {
  it.each([
    ["2G", "20"],
    ["1.5G", "15"],
    ["1.50GiB", "15"],
    ["512M", "5"],
    ["102.4MB", "1"],
    ["1T", "10240"],
    ["0.3g", "3"],
    ["unlimited", "unlimited"],
  ])("%s is %s units of 0.1 GiB", (size, units) => {
    expect(quotaProps(size)).toEqual({ MailQuotaType: "custom", MailQuotaCustom: units });
  });

  it("default is the default, whatever was there before", () => {
    expect(quotaProps("default")).toEqual({ MailQuotaType: "default" });
  });

  it.each([
    ["500M", "the nearest: 0.4G or 0.5G"],
    ["1.25G", "the nearest: 1.2G or 1.3G"],
    ["1M", "the nearest: 0.1G"],
    ["0G", "the nearest: 0.1G"],
    ["20", "accepted: a size such as 2G"],
    ["-1G", "accepted: a size such as 2G"],
    ["2 G", "accepted: a size such as 2G"],
    ["", "accepted: a size such as 2G"],
  ])("%j is refused, and told: %s", (size, hint) => {
    expect(() => quotaProps(size)).toThrow(
      expect.objectContaining({ exit: 3, hint: expect.stringContaining(hint) }),
    );
  });

  it("is written as it is read", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (units) => {
        expect(quotaProps(unitsText(units))).toEqual({
          MailQuotaType: "custom",
          MailQuotaCustom: String(units),
        });
      }),
    );
    expect(unitsText("unlimited")).toBe("unlimited");
  });

  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [1536 * 1024, "1.5 MiB"],
    [250 * 1024 ** 3, "250 GiB"],
    [2 ** 50, "1024 TiB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });
});
