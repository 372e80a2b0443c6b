import type { ByteSource } from "./byte-source.ts";

/** Bytes that are read at a time. */
const pieceSize = 256 << 10;

/** A line that has no end after so many bytes is told of in pieces. */
const longest = 64 << 20;

const lineBreak = 0x0a;

/**
 * Tells of every line, in order, each as one however long it is: a message with thousands of recipients is one line. The source
 * is closed in the end. Rejects where it does.
 */
export async function readWholeLines(source: ByteSource, tell: (line: string) => void): Promise<void> {
  const piece = Buffer.allocUnsafe(pieceSize);
  let begun: Buffer[] = [];
  let length = 0;
  const end = (last: Buffer): void => {
    tell(Buffer.concat([...begun, last]).toString("utf8"));
    begun = [];
    length = 0;
  };
  try {
    for (;;) {
      const count = await source.read(piece);
      let at = 0;
      if (length > 0) {
        const first = piece.subarray(0, count).indexOf(lineBreak);
        if (first >= 0) {
          end(piece.subarray(0, first));
          at = first + 1;
        }
      }
      // All whole lines at once, which is quicker than each by itself.
      const last = count === 0 ? -1 : piece.lastIndexOf(lineBreak, count - 1);
      if (last >= at) {
        for (const line of piece.toString("utf8", at, last).split("\n")) tell(line);
        at = last + 1;
      }
      if (at < count) {
        begun.push(Buffer.from(piece.subarray(at, count)));
        length += count - at;
      }
      if (count < piece.length) break;
      if (length >= longest) end(Buffer.alloc(0));
    }
    if (length > 0) end(Buffer.alloc(0));
  } finally {
    source.close();
  }
}
