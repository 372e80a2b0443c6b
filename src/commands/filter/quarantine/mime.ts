import { fieldText, type StoredMessage, storedMessage } from "./stored-message.ts";

/** Parts within parts beyond this are left out: nobody writes them to be read. */
const deepest = 10;

/** A part that holds no others. */
export interface Part {
  readonly message: StoredMessage;
  /** The text of Content-Type. */
  readonly type: string;
  /** Decoded from its transfer encoding. */
  readonly bytes: Uint8Array;
}

/** The parts of a message, whose bytes are a character each; one that is no multipart is its own only part. */
export function parts(entity: string, depth = deepest): Part[] {
  const message = storedMessage(entity);
  const type = fieldText(message, "Content-Type") ?? "text/plain";
  const body = message.rest.replace(/^\r?\n/, "");
  if (!/^multipart\//i.test(type))
    return [{ message, type, bytes: decoded(body, fieldText(message, "Content-Transfer-Encoding") ?? "") }];
  const boundary = parameter(type, "boundary");
  if (boundary === undefined || depth === 0) return [];
  return partsOf(body, boundary).flatMap((part) => parts(part, depth - 1));
}

/** What stands between the boundaries (RFC 2046, 5.1.1). */
function partsOf(body: string, boundary: string): string[] {
  const found: string[][] = [];
  for (const line of body.split("\n")) {
    const end = line.trimEnd();
    if (end === `--${boundary}--`) break;
    if (end === `--${boundary}`) found.push([]);
    else found.at(-1)?.push(line);
  }
  return found.map((lines) => lines.join("\n"));
}

/** A parameter of a field such as Content-Type, without quotes (RFC 2045, 5.1). */
export function parameter(field: string, name: string): string | undefined {
  const own = name.replaceAll("*", "\\*");
  const found = new RegExp(`;\\s*${own}\\s*=\\s*(?:"((?:\\\\.|[^"\\\\])*)"|([^\\s;]+))`, "i").exec(field);
  return found?.[1]?.replace(/\\(.)/g, "$1") ?? found?.[2];
}

export function decoded(body: string, encoding: string): Uint8Array {
  const name = encoding.trim().toLowerCase();
  if (name === "base64") return Buffer.from(body, "base64");
  if (name !== "quoted-printable") return Buffer.from(body, "latin1");
  const text = body
    .replace(/[ \t]*=[ \t]*\r?\n/g, "")
    .replace(/=([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Buffer.from(text, "latin1");
}

export function inCharset(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // A name that nobody knows.
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
