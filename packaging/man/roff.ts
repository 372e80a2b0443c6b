import { type Block, type Page, revised } from "./page.ts";

/** Characters that roff, or its ASCII device, would take for something else. */
const special: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
  '"': "\\(dq",
  "…": "...",
  "–": "\\(en",
  "→": "\\(->",
  "•": "\\(bu",
};

/** The most bytes of an input line, as mandoc(1) advises. */
const width = 79;

/** A page in the macros of man(7). */
export function roffPage(page: Page, version: string): string {
  const { name, section, summary, sections } = page;
  const title = [name.toUpperCase(), String(section), revised, `mailwright ${version}`, "mailwright"];
  const lines = [
    '.\\" Made by packaging/docs.ts: change the tables, or packaging/man, and run it.',
    `.TH ${title.map((word) => `"${word}"`).join(" ")}`,
    ".SH NAME",
    ...filled(`${name} - ${summary}`),
    ...sections.flatMap(({ title: heading, blocks }) => [`.SH ${quoted(heading)}`, ...body(blocks)]),
  ];
  return `${lines.join("\n")}\n`;
}

function body(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block, index) => {
    const before = blocks[index - 1];
    const isFirst = before === undefined || (typeof before === "object" && "heading" in before);
    return [...(typeof block === "string" && !isFirst ? [".PP"] : []), ...blockLines(block, isFirst)];
  });
}

function blockLines(block: Block, isFirst: boolean): string[] {
  if (typeof block === "string") return filled(block);
  if ("heading" in block) return [`.SS ${quoted(block.heading)}`];
  if ("code" in block) return [...(isFirst ? [] : [".sp"]), ...codeLines(block.code, 4)];
  return block.terms.flatMap(([term, ...explanation]) => [
    ".TP",
    protect(inline(term)),
    ...explanation.flatMap((part, index) => [
      ...(typeof part === "string" && index > 0 ? [".IP"] : []),
      ...nested(part, index),
    ]),
  ]);
}

/** Within an explanation, a list or lines of code are set in further than it. */
function nested(part: Block, index: number): string[] {
  if (typeof part === "string") return filled(part);
  if ("terms" in part) return [".RS", ...blockLines(part, true), ".RE"];
  if ("code" in part) return [...(index === 0 ? [] : [".sp"]), ...codeLines(part.code, 10)];
  return blockLines(part, index === 0);
}

/** Lines as they are, `indent` columns in from the section's. */
function codeLines(lines: readonly string[], indent: number): string[] {
  return [`.RS ${indent}`, ".nf", ...lines.map(codeLine), ".fi", ".RE"];
}

/** An empty line within code needs a request: a blank one would be one more paragraph. */
const codeLine = (line: string): string => (line === "" ? ".sp" : protect(toRoff(line)));

/** Prose, filled to lines of input that diff(1) can compare. */
function filled(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of inline(text).split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(protect(line));
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, protect(line)];
}

function inline(text: string): string {
  const mark = /`([^`]*)`|‹([^›]*)›|\b([a-z][\w.-]*)\((\d)\)/g;
  let result = "";
  let at = 0;
  for (const match of text.matchAll(mark)) {
    const [whole, literal, placeholder, page, section] = match;
    result += toRoff(text.slice(at, match.index));
    if (literal !== undefined) result += `\\fB${toRoff(literal)}\\fR`;
    else if (placeholder !== undefined) result += `\\fI${toRoff(placeholder)}\\fR`;
    else result += `\\fB${toRoff(page ?? "")}\\fR(${section})`;
    at = match.index + whole.length;
  }
  return result + toRoff(text.slice(at));
}

function toRoff(text: string): string {
  return text.replace(/[\\\-'`^~"]|[^ -~]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return special[character] ?? `\\[u${code}]`;
  });
}

const quoted = (text: string): string => (/ /.test(text) ? `"${toRoff(text)}"` : toRoff(text));

/** A line of text that begins like a request is none. */
const protect = (line: string): string => (line.startsWith(".") ? `\\&${line}` : line);
