import { messageIdentifier } from "../../log/message-identifier.ts";

/** A message as getmail hands it over. */
export interface Fetched {
  /** Which of the provider's messages it is: the UIDL of POP3, or the UIDVALIDITY and UID of IMAP. */
  readonly id: string;
  /** The envelope's sender; empty where there is none, or none that SMTP would take. */
  readonly sender: string;
  readonly subject: string;
  readonly from: string;
  /** Without `<>`; empty where there is none that a log could hold. */
  readonly messageId: string;
  /** Without the line that names the sender, which whoever delivers writes. */
  readonly content: Uint8Array;
}

/**
 * Reads what getmail 6.18 has put in front of a message: Return-Path, and a Received line that names it (message.py, flatten).
 * `undefined` where that is not there.
 */
export function readFetched(bytes: Uint8Array): Fetched | undefined {
  const text = Buffer.from(bytes).toString("latin1");
  const path = /^Return-Path: (.*(?:\n[ \t].*)*)\n/.exec(text);
  if (path === null) return undefined;
  const rest = text.slice(path[0].length);
  const received = /^Received: (.*(?:\n[ \t].*)*)\n/.exec(rest)?.[1]?.replace(/\n[ \t]+/g, " ");
  const id = / getmail6 msgid:(\S+)(?: for <.*>)?; /.exec(received ?? "")?.[1];
  if (id === undefined) return undefined;
  const head = rest.split(/\n\r?\n/, 1)[0] ?? "";
  return {
    id,
    sender: senderOf(path[1] ?? ""),
    subject: headerOf(head, "Subject"),
    from: headerOf(head, "From"),
    messageId: messageIdentifier(rest),
    content: bytes.subarray(path[0].length),
  };
}

function senderOf(path: string): string {
  const [, address = ""] = /^<([^<>\s@]+@[^<>\s@]+)>$/.exec(path.trim()) ?? [];
  return /^[\x21-\x7e]+$/.test(address) ? address : "";
}

function headerOf(head: string, name: string): string {
  const [, value = ""] = new RegExp(`^${name}:(.*(?:\\n[ \\t].*)*)`, "im").exec(head) ?? [];
  return Buffer.from(value.replace(/\s+/g, " ").trim(), "latin1").toString("utf8");
}

/** What is written into the headers of a message: those of these names go, all others stay as they are. */
export interface HeaderChanges {
  readonly removed: readonly string[];
  readonly added: readonly (readonly [name: string, value: string])[];
  readonly subject?: string | undefined;
}

/** The message with other headers; each byte of the rest is as it was. */
export function withHeaders(content: Uint8Array, { removed, added, subject }: HeaderChanges): Uint8Array {
  const text = Buffer.from(content).toString("latin1");
  const end = /\n\r?\n/.exec(text)?.index ?? text.length - 1;
  const gone = new Set(removed.map((name) => name.toLowerCase()));
  if (subject !== undefined) gone.add("subject");
  const kept = text
    .slice(0, end + 1)
    .split(/(?<=\n)(?![ \t])/)
    .filter(
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
    content.subarray(end + 1),
  ]);
}

/** A line break is kept where it folds the field, and makes no other of it. */
function fieldValue(value: string): string {
  return value
    .replace(/\r/g, "")
    .replace(/\n(?![ \t])/g, "\n ")
    .trimEnd();
}
