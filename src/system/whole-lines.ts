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
    tell(begun.length === 0 ? last.toString("utf8") : Buffer.concat([...begun, last]).toString("utf8"));
    begun = [];
    length = 0;
  };
  try {
    for (;;) {
      const count = await source.read(piece);
      let at = 0;
      for (let stop = piece.indexOf(lineBreak); stop >= 0 && stop < count; ) {
        end(piece.subarray(at, stop));
        at = stop + 1;
        stop = piece.indexOf(lineBreak, at);
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
