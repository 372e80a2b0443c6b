import { inCharset, parameter, parts } from "./mime.ts";

/** What a reader sees of a message: its first plain text, else that of its HTML, else nothing. */
export function messageText(message: string): string {
  const texts = textParts(message);
  const plain = texts.find(({ isHtml }) => !isHtml);
  return plain?.text ?? (texts[0] === undefined ? "" : withoutTags(texts[0].text));
}

interface TextPart {
  readonly isHtml: boolean;
  readonly text: string;
}

function textParts(message: string): TextPart[] {
  return parts(message).flatMap(({ type, bytes }) => {
    const isHtml = /^text\/html\b/i.test(type);
    if (!isHtml && !/^text\/plain\b/i.test(type)) return [];
    return [{ isHtml, text: inCharset(bytes, parameter(type, "charset") ?? "utf-8") }];
  });
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
