import { createHash } from "node:crypto";

/** Bytes that a file's name may have, with room for an ending. */
const longest = 200;

/**
 * A key as a file's name: letters, digits and `@ . _ + -` stand for themselves, all other bytes as `%XX`, and so does a
 * point in front, so that no key leaves the folder and no two keys have one name. Of a long one there is a hash.
 */
export function fileName(key: string): string {
  const name = [...Buffer.from(key, "utf8")]
    .map((byte, index) => {
      const character = String.fromCharCode(byte);
      const isPlain = /[A-Za-z0-9@_+-]/.test(character) || (character === "." && index > 0);
      return isPlain ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
  return name.length <= longest ? name : `%%${createHash("sha256").update(key).digest("hex")}`;
}
