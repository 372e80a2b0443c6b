/** The order of UTF-8 bytes, which is that of code points. */
export function byBytes(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const [one, other] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (one === other) continue;
    // From here on UTF-16 has halves of pairs, which stand for greater code points than what follows them.
    if (one >= 0xd800 && other >= 0xd800) return Buffer.compare(Buffer.from(left), Buffer.from(right));
    return one - other;
  }
  return left.length - right.length;
}
