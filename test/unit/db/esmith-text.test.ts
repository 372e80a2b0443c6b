import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatEsmithText, header, parseEsmithText } from "../../../src/db/esmith-text.ts";
import type { DbRecord } from "../../../src/db/record.ts";

const record = (key: string, type: string, ...fields: string[]): DbRecord => {
  const props = new Map<string, string>();
  for (let at = 0; at < fields.length; at += 2) props.set(fields[at] ?? "", fields[at + 1] ?? "");
  return { key, type, props };
};

/** Any text but NUL and half characters; every second one made of what the form itself uses. */
const text = fc
  .oneof(
    fc.string({ unit: "binary" }),
    fc
      .array(fc.constantFrom("\\", "|", "=", "#", "\n", "\r", " ", "n", "r", "0", "ä"), { maxLength: 8 })
      .map((all) => all.join("")),
  )
  .map((value) => value.replaceAll("\0", ""));
const name = text.filter((value) => value !== "");
const records = fc.uniqueArray(
  fc.record({
    key: name,
    type: text,
    props: fc.array(fc.tuple(text, text), { maxLength: 4 }).map((pairs) => new Map(pairs)),
  }),
  { selector: ({ key }) => key, maxLength: 5 },
);

describe("our own form", () => {
  it("gives back every record, whatever it holds", () => {
    fc.assert(
      fc.property(records, (all) => {
        expect(parseEsmithText(formatEsmithText(all))).toEqual(all);
      }),
      { numRuns: 5000 },
    );
  });

  it("has one line a record behind its header", () => {
    fc.assert(
      fc.property(records, (all) => {
        const lines = formatEsmithText(all).split("\n");
        expect(lines).toHaveLength(all.length + 2);
        expect(lines[0]).toBe(header);
        expect(lines.at(-1)).toBe("");
      }),
    );
  });

  it("is the original's form for plain records", () => {
    expect(formatEsmithText([record("rspamd", "service", "status", "enabled", "Path", "/x#y=z")])).toBe(
      `${header}\nrspamd=service|status|enabled|Path|/x#y=z\n`,
    );
  });

  it("skips empty lines and comments", () => {
    expect(parseEsmithText(`${header}\n\n# note\nk=t\n`)).toEqual([record("k", "t")]);
  });

  it.each([
    ["k", 2],
    ["=t", 2],
    ["a=t\n\nk", 4],
  ])("says in which line %j is no record", (body, line) => {
    expect(() => parseEsmithText(`${header}\n${body}\n`)).toThrow(`line ${line} is no record`);
  });
});

describe("the original's form", () => {
  it.each([
    ["k=t|A|x\\|y", record("k", "t", "A", "x|y")],
    ["k=t|A|x\\ny", record("k", "t", "A", "x\ny")],
    ["k=t|A|C:\\temp\\", record("k", "t", "A", "C:\\temp\\")],
    ["k=t|A|\\\\|B|1", record("k", "t", "A", "\\|B", "1", "")],
    ["k=t|A|\\r\\=\\#", record("k", "t", "A", "\\r\\=\\#")],
    ["k=a=b", record("k", "a=b")],
    ["a\\=b=t", record("a\\", "b=t")],
    ["C:\\new=t", record("C:\\new", "t")],
    ["k=", record("k", "")],
    [" k =t", record(" k ", "t")],
    ["k=t|A|1|A|2", record("k", "t", "A", "2")],
    ["k=t\nk=u", record("k", "u")],
    ["  # no record\n \t\n\nk=t", record("k", "t")],
  ])("%j", (line, expected) => {
    expect(parseEsmithText(`# from another server\n${line}\n`)).toEqual([expected]);
  });
});
