import { decoded, inCharset, type Part, parameter, parts } from "./mime.ts";
import { fieldText } from "./stored-message.ts";

/** A part of a message that is no text to be read in place. */
export interface Attachment {
  /** As its sender calls it; empty where it has no name. */
  readonly name: string;
  /** Such as `application/pdf`, in lower case, as its sender says. */
  readonly type: string;
  /** Decoded from its transfer encoding. */
  readonly bytes: number;
}

/** What has a name, is said to be an attachment (RFC 2183), or is no text. */
export function attachments(message: string): Attachment[] {
  return parts(message).flatMap((part) => {
    const name = nameOf(part);
    const type = (/^[^;\s]+/.exec(part.type)?.[0] ?? "").toLowerCase();
    const isText = /^text\/(?:plain|html)$/.test(type);
    if (isText && name === "" && !/^attachment\b/i.test(dispositionOf(part))) return [];
    return [{ name, type, bytes: part.bytes.length }];
  });
}

const dispositionOf = ({ message }: Part): string => fieldText(message, "Content-Disposition") ?? "";

function nameOf(part: Part): string {
  return named(dispositionOf(part), "filename") || named(part.type, "name");
}

/** A parameter's text, in pieces and charsets as well (RFC 2231), and in the form of headers, which many write. */
function named(field: string, name: string): string {
  const pieces: string[] = [];
  for (let at = 0; ; at++) {
    const piece = parameter(field, `${name}*${at}*`) ?? parameter(field, `${name}*${at}`);
    if (piece === undefined) break;
    pieces.push(piece);
  }
  const extended = parameter(field, `${name}*`) ?? (pieces.length === 0 ? undefined : pieces.join(""));
  if (extended === undefined) return inWords(parameter(field, name) ?? "");
  const [, charset = "utf-8", text = ""] = /^(?:([^']*)'[^']*')?(.*)$/s.exec(extended) ?? [];
  return inCharset(decoded(text.replaceAll("=", "=3D").replaceAll("%", "="), "quoted-printable"), charset);
}

/** Encoded words (RFC 2047) as what they say; what else is not ASCII is taken for UTF-8. */
export function inWords(text: string): string {
  const plain = inCharset(Buffer.from(text, "latin1"), "utf-8");
  return plain
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(
      /=\?([^?*]+)(?:\*[^?]*)?\?([bq])\?([^?]*)\?=/gi,
      (_, charset: string, how: string, word: string) => {
        const isBase64 = how.toLowerCase() === "b";
        const encoding = isBase64 ? "base64" : "quoted-printable";
        return inCharset(decoded(isBase64 ? word : word.replaceAll("_", " "), encoding), charset);
      },
    );
}
