import MarkdownIt from "markdown-it";

/** Columns of a text, below the 78 of RFC 5322, 2.1.1, so that it can be quoted, too. */
const width = 72;

/** CommonMark. HTML in it is shown as it is written, and a link that would run a program is none. */
const reader = new MarkdownIt("commonmark", { html: false, xhtmlOut: true });

type Token = ReturnType<typeof reader.parse>[number];

/** A list's item or a quotation: what stands before its first line, until that is there, and before all others. */
interface Container {
  first: string;
  readonly rest: string;
}

/** Markdown as HTML that is all ASCII, so that it can stand in a document of any character set. */
export function markdownToHtml(markdown: string): string {
  const html = withoutControls(reader.render(markdown)).trim();
  return html.replace(/[^\n -~]/gu, (character) => `&#${character.codePointAt(0)};`);
}

/** Markdown as plain text: `- ` or `1. ` before items, `> ` before quotations, and links as `text (address)`. */
export function markdownToText(markdown: string): string {
  const lines: string[] = [];
  const containers: Container[] = [];
  let wasTight = false;
  let isTight = false;
  for (const token of reader.parse(markdown, {})) {
    if (token.type === "paragraph_open") isTight = token.hidden;
    if (token.type.endsWith("_list_open") && token.level === 0) wasTight = false;
    if (isContainer(token)) {
      if (token.nesting > 0) containers.push(containerOf(token));
      else containers.pop();
    }
    const block = blockOf(token, width - containers.map(({ rest }) => rest).join("").length);
    if (block === undefined) continue;
    const begun = containers.filter(({ first, rest }) => first === rest);
    if (lines.length > 0 && !(isTight && wasTight)) lines.push(prefixOf(begun));
    for (const line of block) lines.push(prefixOf(containers) + line);
    wasTight = isTight;
    isTight = false;
  }
  return withoutControls(lines.map((line) => line.trimEnd()).join("\n"));
}

function isContainer({ type }: Token): boolean {
  return type.startsWith("list_item_") || type.startsWith("blockquote_");
}

function containerOf({ type, info, markup }: Token): Container {
  if (type === "blockquote_open") return { first: "> ", rest: "> " };
  const first = info === "" ? "- " : `${info}${markup} `;
  return { first, rest: " ".repeat(first.length) };
}

function prefixOf(containers: readonly Container[]): string {
  const prefix = containers.map(({ first }) => first).join("");
  for (const container of containers) container.first = container.rest;
  return prefix;
}

/** The lines of a token that is a block of text by itself. */
function blockOf(token: Token, room: number): string[] | undefined {
  // Within lists of long numbers there may be no room at all.
  if (token.type === "hr") return ["-".repeat(Math.max(room, 3))];
  if (token.type === "fence" || token.type === "code_block")
    return token.content
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => `    ${line}`);
  if (token.type !== "inline") return undefined;
  return inlineText(token.children ?? [])
    .split("\n")
    .flatMap((line) => wrapped(line, room));
}

function inlineText(tokens: readonly Token[]): string {
  let text = "";
  const opened: { readonly at: number; readonly address: string }[] = [];
  for (const token of tokens) {
    if (token.type === "softbreak") text += " ";
    else if (token.type === "hardbreak") text += "\n";
    else if (token.type === "image") text += named(inlineText(token.children ?? []), attribute(token, "src"));
    else if (token.type === "link_open")
      opened.push({ at: text.length, address: attribute(token, "href").replace(/^mailto:/, "") });
    else if (token.type === "link_close") {
      const link = opened.pop();
      if (link !== undefined) text = text.slice(0, link.at) + named(text.slice(link.at), link.address);
    } else text += token.content;
  }
  return text;
}

function attribute(token: Token, name: string): string {
  return String(token.attrGet(name) ?? "");
}

/** An address behind its name, unless that says it. */
function named(name: string, address: string): string {
  const says = name.replace(/^mailto:/, "");
  if (says === "" || says === address || encodeURI(says) === address) return says || address;
  return `${name} (${address})`;
}

function wrapped(line: string, room: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ").filter(Boolean)) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (longer.length > room && current !== "") {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return [...lines, current];
}

function withoutControls(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, "");
}
