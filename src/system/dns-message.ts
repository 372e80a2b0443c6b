/** Messages of DNS (RFC 1035, 4): a question for one name, and what an answer says to it. */

export type RecordType = "TXT" | "MX" | "A" | "AAAA" | "PTR" | "NS";

/** RFC 1035, 3.2.2; RFC 3596, 2.1. */
const typeNumbers: Readonly<Record<RecordType, number>> = { A: 1, NS: 2, PTR: 12, MX: 15, TXT: 16, AAAA: 28 };

/** Of the Internet. */
const internet = 1;

/** Bytes that an answer by UDP may have, so that a long key needs no second question (RFC 6891; the size of DNS Flag Day). */
const roomForAnswer = 1232;

/** Where the question begins, behind the header. */
const headerLength = 12;

export interface Answer {
  /** What the records hold; a TXT record's strings are joined. */
  readonly records: readonly string[];
  /** Only a part of it fitted: ask by TCP. */
  readonly isTruncated: boolean;
  /** The server could not find out (RFC 1035, 4.1.1). */
  readonly hasFailed: boolean;
}

/** `undefined` for what is no name: a label is 1 to 63 bytes long. The root is `.`, and has none. */
export function question(id: number, name: string, type: RecordType): Buffer | undefined {
  const labels = name
    .replace(/\.$/, "")
    .split(".")
    .map((label) => Buffer.from(label))
    .filter(() => name !== ".");
  if (labels.some(({ length }) => length === 0 || length > 63)) return undefined;
  const parts = labels.flatMap((label) => [Buffer.of(label.length), label]);
  const head = words(id, 0x0100, 1, 0, 0, 1);
  const extension = Buffer.concat([Buffer.of(0), words(41, roomForAnswer, 0, 0, 0)]);
  return Buffer.concat([head, ...parts, Buffer.of(0), words(typeNumbers[type], internet), extension]);
}

/** What a message answers to the question with this number; `undefined` for every other message, and what is none. */
export function answerTo(id: number, type: RecordType, message: Buffer): Answer | undefined {
  try {
    const flags = message.readUInt16BE(2);
    if (message.readUInt16BE(0) !== id || (flags & 0x8000) === 0) return undefined;
    const code = flags & 0xf;
    let at = headerLength;
    for (let count = message.readUInt16BE(4); count > 0; count--) at = nameAt(message, at).end + 4;
    const records: string[] = [];
    for (let count = message.readUInt16BE(6); count > 0; count--) {
      at = nameAt(message, at).end;
      const end = at + 10 + message.readUInt16BE(at + 8);
      if (end > message.length) return undefined;
      if (message.readUInt16BE(at) === typeNumbers[type]) records.push(dataAt(message, at + 10, end, type));
      at = end;
    }
    // 3: there is no such name.
    return { records, isTruncated: (flags & 0x0200) !== 0, hasFailed: code !== 0 && code !== 3 };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function dataAt(message: Buffer, start: number, end: number, type: RecordType): string {
  if (type === "MX") return `${message.readUInt16BE(start)} ${nameAt(message, start + 2).name}`;
  if (type === "PTR" || type === "NS") return nameAt(message, start).name;
  if (type === "A") return message.subarray(start, end).join(".");
  if (type === "AAAA") return (message.toString("hex", start, end).match(/.{4}/g) ?? []).join(":");
  const strings: Buffer[] = [];
  for (let at = start; at < end; at += 1 + message.readUInt8(at))
    strings.push(message.subarray(at + 1, Math.min(end, at + 1 + message.readUInt8(at))));
  return Buffer.concat(strings).toString("utf8");
}

/** A name, which may go on at an earlier place (4.1.4), and where it ends in its own. */
function nameAt(message: Buffer, start: number): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = start;
  let end: number | undefined;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    if (length >= 0xc0) {
      end ??= at + 2;
      const target = message.readUInt16BE(at) & 0x3fff;
      if (target >= at) throw new RangeError("a name goes on further behind");
      at = target;
    } else {
      labels.push(message.toString("latin1", at + 1, at + 1 + length));
      at += 1 + length;
    }
  }
  return { name: labels.join("."), end: end ?? at + 1 };
}

function words(...numbers: readonly number[]): Buffer {
  const buffer = Buffer.alloc(numbers.length * 2);
  numbers.forEach((number, index) => {
    buffer.writeUInt16BE(number, index * 2);
  });
  return buffer;
}
