import { describe, expect, it } from "vitest";
import { messageText } from "../../../../src/commands/filter/quarantine/message-text.ts";

const latin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
const part = (type: string, body: string, encoding = "8bit") =>
  `--b\nContent-Type: ${type}\nContent-Transfer-Encoding: ${encoding}\n\n${body}\n`;
const multipart = (...parts: string[]) =>
  `Content-Type: multipart/mixed;\n\tboundary="b"\n\npreamble\n${parts.join("")}--b--\nepilogue\n`;

describe("the text of a message", () => {
  it.each([
    ["in UTF-8, of no type", latin1("Subject: x\n\nGrüße\n"), "Grüße\n"],
    [
      "quoted-printable",
      multipart(part("text/plain; charset=iso-8859-1", "h=E4l=\nlo", "quoted-printable")),
      "hällo",
    ],
    ["base64", multipart(part("text/plain; charset=utf-8", "R3LDvMOfZQ==", "base64")), "Grüße"],
    [
      "behind an attachment",
      multipart(part("image/png", "AAAA", "base64"), part("text/plain", "seen")),
      "seen",
    ],
    ["plain before HTML", multipart(part("text/html", "<b>no</b>"), part("text/plain", "yes")), "yes"],
    ["HTML alone", multipart(part("text/html", "<style>x</style><p>a &lt;b</p><br>c")), "a <b\n\nc"],
    ["of an unknown character set", "Content-Type: text/plain; charset=nix\n\n\u00e9", "é"],
    ["none", multipart(part("image/png", "AAAA", "base64")), ""],
    ["a boundary that is nowhere", "Content-Type: multipart/mixed\n\nx", ""],
  ])("%s", (_, message, text) => {
    expect(messageText(message)).toBe(text);
  });

  it("ends at a depth that nobody writes", () => {
    const nested = Array.from({ length: 50 }).reduce<string>(
      (inner, _, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n${inner}\n`,
      "Content-Type: text/plain\n\ndeep",
    );
    expect(messageText(nested)).toBe("");
  });
});
