import { describe, expect, it } from "vitest";
import { markdownToHtml, markdownToText } from "../../../src/mail/markdown.ts";

describe("Markdown as text", () => {
  const cases: readonly [name: string, markdown: string, text: string][] = [
    ["emphasis is left out", "This *is* **very** `plain`.", "This is very plain."],
    ["lines of a paragraph are one, hard breaks stay", "one\ntwo  \nthree\\\nfour", "one two\nthree\nfour"],
    [
      "paragraphs and headings stand apart",
      "# Legal\nfirst\n\nsecond\n\nHead\n====",
      "Legal\n\nfirst\n\nsecond\n\nHead",
    ],
    [
      "a link has its address behind it",
      "See [our terms](https://example.org/t?a=1&b=2).",
      "See our terms (https://example.org/t?a=1&b=2).",
    ],
    [
      "an address that is its own text stands once",
      "<https://example.org> <a@example.org> [](https://x.example)",
      "https://example.org a@example.org https://x.example",
    ],
    ["an address of mail has no scheme", "[write](mailto:a@example.org)", "write (a@example.org)"],
    [
      "an image is its text and address",
      "![logo *x*](https://example.org/l.png)",
      "logo x (https://example.org/l.png)",
    ],
    ["a link within emphasis", "**[a](https://example.org)**!", "a (https://example.org)!"],
    ["a tight list has dashes", "Before\n\n* one\n* two\n\nafter", "Before\n\n- one\n- two\n\nafter"],
    ["a loose list has empty lines", "- one\n\n  more\n- two", "- one\n\n  more\n\n- two"],
    ["numbers are those that are written", "3. three\n4. four\n\n1) one", "3. three\n4. four\n\n1) one"],
    ["lists within lists", "- one\n  1. a\n  2. b\n- two", "- one\n  1. a\n  2. b\n- two"],
    ["quotations", "> one\n>\n> two\n\nafter", "> one\n>\n> two\n\nafter"],
    ["code is as it is", "```\na  b\n  c\n```\n\n    d", "    a  b\n      c\n\n    d"],
    [
      "HTML and links to programs are shown, not meant",
      "<b>x</b> [a](javascript:b)\n\n<div>\ny\n</div>",
      "<b>x</b> [a](javascript:b)\n\n<div> y </div>",
    ],
    ["entities are letters", "&copy; &lt;b&gt; &#x20ac;", "© <b> €"],
    ["nothing", " \n\n[a]: https://example.org\n", ""],
    ["line ends of other systems, and control characters", "a\r\nb\u0007c\u001b", "a bc"],
  ];

  it.each(cases)("%s", (_, markdown, text) => {
    expect(markdownToText(markdown)).toBe(text);
  });

  it("has lines of 72 columns at most, but for a word that is longer", () => {
    const word = `https://example.org/${"x".repeat(90)}`;
    const lines = markdownToText(`> - ${"word ".repeat(60)}${word} end`).split("\n");
    expect(lines.filter((line) => line.length > 72)).toEqual([`>   ${word}`]);
    expect(lines[0]).toMatch(/^> - word word/);
    expect(lines.slice(1).every((line) => line.startsWith(">   "))).toBe(true);
    expect(lines.every((line) => line === line.trimEnd())).toBe(true);
  });

  it("a rule is a row of dashes that no reader takes for the mark of a signature", () => {
    expect(markdownToText("a\n\n---\n\nb")).toBe(`a\n\n${"-".repeat(72)}\n\nb`);
    const deep = "123456789. ".repeat(8);
    expect(markdownToText(`${deep}***`)).toBe(`${deep}---`);
  });
});

describe("Markdown as HTML", () => {
  it("is what CommonMark says, and all ASCII", () => {
    expect(markdownToHtml("*Grüße* – 😀 [ä](https://example.org/ä)")).toBe(
      '<p><em>Gr&#252;&#223;e</em> &#8211; &#128512; <a href="https://example.org/%C3%A4">&#228;</a></p>',
    );
  });

  it("holds no HTML of its own and no program, so that nothing of it ends the document", () => {
    const html = markdownToHtml(
      '</body><script>alert(1)</script>\n\n<!-- x\n\n[a](javascript:alert(1)) [b](https://x.example/"onclick=") ![c](data:text/html;base64,x)',
    );
    expect(html).not.toMatch(/<(?!\/?p>|a href="https:\/\/x\.example\/[^"<> ]*">|\/a>)/);
    expect(html).toContain("&lt;/body&gt;&lt;script&gt;");
    expect(html).not.toMatch(/href="javascript|src=/);
  });
});
