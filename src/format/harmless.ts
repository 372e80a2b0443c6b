/**
 * Control characters, line and paragraph separators, and what changes the direction of text (Bidi_Control of UAX 9), by
 * which a name looks like another one.
 */
const steering = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu;

/** A line of a program without what would steer a terminal. */
export function harmless(line: string): string {
  return line.replace(steering, " ");
}
