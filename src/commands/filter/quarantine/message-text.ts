import { fieldText, storedMessage } from "./stored-message.ts";

/** Parts within parts beyond this are left out: nobody writes them to be read. */
const deepest = 10;

/** What a reader sees of a message: its first plain text, else that of its HTML, else nothing. */
export function messageText(message: string): string {
  const texts = textParts(message, deepest);
  const plain = texts.find(({ isHtml }) => !isHtml);
  return plain?.text ?? (texts[0] === undefined ? "" : withoutTags(texts[0].text));
}

interface TextPart {
  readonly isHtml: boolean;
  readonly text: string;
}

function textParts(entity: string, depth: number): TextPart[] {
  const message = storedMessage(entity);
  const type = fieldText(message, "Content-Type") ?? "text/plain";
  const body = message.rest.replace(/^\r?\n/, "");
  const boundary = parameter(type, "boundary");
  if (/^multipart\//i.test(type))
    return boundary === undefined || depth === 0
      ? []
      : partsOf(body, boundary).flatMap((part) => textParts(part, depth - 1));
  const isHtml = /^text\/html\b/i.test(type);
  if (!isHtml && !/^text\/plain\b/i.test(type)) return [];
  const bytes = decoded(body, fieldText(message, "Content-Transfer-Encoding") ?? "");
  return [{ isHtml, text: inCharset(bytes, parameter(type, "charset") ?? "utf-8") }];
}

/** What stands between the boundaries (RFC 2046, 5.1.1). */
function partsOf(body: string, boundary: string): string[] {
  const parts: string[][] = [];
  for (const line of body.split("\n")) {
    const end = line.trimEnd();
    if (end === `--${boundary}--`) break;
    if (end === `--${boundary}`) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  return parts.map((lines) => lines.join("\n"));
}

function parameter(type: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:\\\\.|[^"\\\\])*)"|([^\\s;]+))`, "i").exec(type);
  return found?.[1]?.replace(/\\(.)/g, "$1") ?? found?.[2];
}

function decoded(body: string, encoding: string): Uint8Array {
  const name = encoding.trim().toLowerCase();
  if (name === "base64") return Buffer.from(body, "base64");
  if (name !== "quoted-printable") return Buffer.from(body, "latin1");
  const text = body
    .replace(/[ \t]*=[ \t]*\r?\n/g, "")
    .replace(/=([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Buffer.from(text, "latin1");
}

function inCharset(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // A name that nobody knows.
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function withoutTags(html: string): string {
  return html
    .replace(/<(script|style|head)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/<(?:br|\/p|\/div|\/tr|\/h\d)\b[^>]*>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&nbsp;/g, " ")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
    .replace(/\n\s*\n\s*/g, "\n\n")
    .trim();
}
