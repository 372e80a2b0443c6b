/** Control characters, other ends of lines, and what turns the direction of writing, by which a name can show another. */
const steering = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** A line of a program, or of a message, without what would steer a terminal. */
export function harmless(line: string): string {
  return line.replace(steering, " ");
}
