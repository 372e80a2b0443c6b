import { closeSync, openSync, unlinkSync, writeSync } from "node:fs";

/** Room on a disk that nobody else gets until it is given back, or until this process has ended in whatever way. */
export interface Room {
  giveBack(): void;
}

const piece = new Uint8Array(64 * 1024);

/** Takes room beside a path, by a file that has no name any more when this returns. */
export function takeRoom(path: string, bytes: number): Room {
  const name = `${path}.${process.pid}.room`;
  const file = openSync(name, "w", 0o600);
  try {
    unlinkSync(name);
    for (let left = bytes; left > 0; ) left -= writeSync(file, piece, 0, Math.min(left, piece.length));
  } catch (cause) {
    closeSync(file);
    throw cause;
  }
  return { giveBack: () => closeSync(file) };
}
