import { messageIdentifier } from "../../log/message-identifier.ts";
import { inWords } from "../filter/quarantine/attachments.ts";

/** A message as getmail hands it over. */
export interface Fetched {
  /** Which of the provider's messages it is: the UIDL of POP3, or the UIDVALIDITY and UID of IMAP. */
  readonly id: string;
  /** The envelope's sender; empty where there is none, or none that SMTP would take. */
  readonly sender: string;
  /**
   * By whom it is found in the logs: the sender, or the address in From where the provider keeps none. Empty where neither is
   * known, and for a notification, whose path is empty.
   */
  readonly writer: string;
  /** As people read them. */
  readonly subject: string;
  readonly from: string;
  /** Without `<>`; empty where there is none that a log could hold. */
  readonly messageId: string;
  /** With headers, if only an empty one, and without an mbox's line in front; each byte of the rest is the provider's. */
  readonly content: Uint8Array;
}

/** Reads what run-getmail hands over: a line that names the message, and the message. `undefined` where it has no name. */
export function readFetched(bytes: Uint8Array): Fetched | undefined {
  const end = bytes.indexOf(10);
  const id = Buffer.from(bytes.subarray(0, Math.max(end, 0))).toString("latin1");
  if (!/^\S+$/.test(id)) return undefined;
  const content = withHead(bytes.subarray(end + 1));
  const head = headOf(content);
  const path = headerOf(head, "Return-Path") ?? headerOf(head, "Sender") ?? "";
  const sender = senderOf(path);
  return {
    id,
    sender,
    writer: path === "<>" ? "" : sender || senderOf(addressIn(headerOf(head, "From") ?? "")),
    subject: inWords(headerOf(head, "Subject") ?? ""),
    from: inWords(headerOf(head, "From") ?? ""),
    messageId: messageIdentifier(head),
    content,
  };
}

/** Text without headers is a body (RFC 5322, 2.1). */
function withHead(content: Uint8Array): Uint8Array {
  const start = Buffer.from(content.subarray(0, 2048)).toString("latin1");
  const [line = ""] = /^>?From [^\n]*\n/.exec(start) ?? [];
  const rest = content.subarray(line.length);
  const hasHead = /^[!-9;-~]+[ \t]*:/.test(start.slice(line.length)) || start.startsWith("\n", line.length);
  return hasHead ? rest : Buffer.concat([Buffer.from("\n"), rest]);
}

/** The headers with the line break of the last, each byte a character. */
function headOf(content: Uint8Array): string {
  if (content[0] === 10) return "";
  const end = Buffer.from(content.buffer, content.byteOffset, content.length).indexOf("\n\n");
  return Buffer.from(content.subarray(0, end < 0 ? content.length : end + 1)).toString("latin1");
}

function senderOf(path: string): string {
  const [, address = ""] = /^<([^<>\s@]+@[^<>\s@]+)>$/.exec(path.trim()) ?? [];
  return /^[\x21-\x7e]+$/.test(address) ? address : "";
}

/** Characters of an address field that are looked at: more than a line may have (RFC 5322, 2.1.1). */
const longestField = 2000;

/** The first address of From (RFC 5322, 3.4), in `<>`: behind a name, or alone, maybe with a comment. */
function addressIn(field: string): string {
  const plain = field
    .slice(0, longestField)
    .replace(/"(?:[^"\\]|\\.)*"/g, "")
    .replace(/\([^()]*\)/g, "");
  const [, angled] = /<([^<>]*)>/.exec(plain) ?? [];
  const alone = plain.split(/[\s<>,:;]+/).find((word) => word.includes("@"));
  return `<${(angled ?? alone ?? "").trim()}>`;
}

function headerOf(head: string, name: string): string | undefined {
  const value = new RegExp(`^${name}[ \\t]*:(.*(?:\\n[ \\t].*)*)`, "im").exec(head)?.[1];
  return value?.replace(/\s+/g, " ").trim();
}

/** What is written into the headers of a message: those of these names go, all others stay as they are. */
export interface HeaderChanges {
  readonly removed: readonly string[];
  readonly added: readonly (readonly [name: string, value: string])[];
  readonly subject?: string | undefined;
}

/** The message with other headers; each byte of the rest is as it was. */
export function withHeaders(content: Uint8Array, { removed, added, subject }: HeaderChanges): Uint8Array {
  const head = headOf(content);
  const gone = new Set(removed.map((name) => name.toLowerCase()));
  if (subject !== undefined) gone.add("subject");
  const kept = head.split(/(?<=\n)(?![ \t])/).filter(
    (field) =>
      !gone.has(
        field
          .slice(0, Math.max(field.indexOf(":"), 0))
          .trimEnd()
          .toLowerCase(),
      ),
  );
  const lines = [...added, ...(subject === undefined ? [] : [["Subject", subject] as const])].map(
    ([name, value]) => `${name}: ${fieldValue(value)}\n`,
  );
  return Buffer.concat([
    Buffer.from(lines.join(""), "utf8"),
    Buffer.from(kept.join(""), "latin1"),
    content.subarray(head.length),
  ]);
}

/** A line break is kept where it folds the field, and makes no other of it. */
function fieldValue(value: string): string {
  return value
    .replace(/\r/g, "")
    .replace(/\n(?![ \t])/g, "\n ")
    .trimEnd();
}
