import { describe, expect, it } from "vitest";
import { attachments } from "../../../../src/commands/filter/quarantine/attachments.ts";

/** A message of these parts, each with its header lines, whose body is in Base64. */
const mixed = (...parts: readonly (readonly string[])[]): string =>
  [
    "Content-Type: multipart/mixed; boundary=b",
    "",
    ...parts.flatMap((lines) => ["--b", ...lines, "Content-Transfer-Encoding: base64", "", "aGVsbG8="]),
    "--b--",
    "",
  ].join("\n");

describe("the attachments of a held message", () => {
  it.each([
    ['Content-Disposition: attachment; filename="a \\"b\\".exe"', 'a "b".exe'],
    ["Content-Type: application/pdf; name=a.pdf", "a.pdf"],
    ["Content-Disposition: attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe=1.txt", "Grüße=1.txt"],
    ["Content-Disposition: attachment; filename*0*=iso-8859-1''%E4; filename*1=b.zip", "äb.zip"],
    ["Content-Disposition: attachment; filename*0=long; filename*1=er.zip", "longer.zip"],
    ['Content-Disposition: attachment; filename="=?utf-8?B?R3LDvA==?= =?utf-8?q?=C3=9Fe_1?="', "Grüße 1"],
    ["Content-Disposition: attachment", ""],
    ["Content-Type: image/png", ""],
  ])("%s is called %j", (header, name) => {
    expect(attachments(mixed(["Content-Type: text/plain"], [header]))).toMatchObject([{ name, bytes: 5 }]);
  });

  it("are told by type and size, also within parts, and alone", () => {
    const inner = mixed(["Content-Type: Application/ZIP; name=x.zip"]);
    const outer = ["Content-Type: multipart/mixed; boundary=o", "", "--o", inner, "--o--", ""].join("\n");
    expect(attachments(outer)).toEqual([{ name: "x.zip", type: "application/zip", bytes: 5 }]);
    expect(attachments("Content-Type: image/gif\n\nGIF")).toEqual([
      { name: "", type: "image/gif", bytes: 3 },
    ]);
  });

  it("are none of a text, and none of HTML beside it", () => {
    expect(attachments("Subject: x\n\nhello\n")).toEqual([]);
    expect(attachments(mixed(["Content-Type: text/plain"], ["Content-Type: text/html"]))).toEqual([]);
  });
});
