/** A line of a program without what would steer a terminal. */
export function harmless(line: string): string {
  return line.replace(/\p{Cc}+/gu, " ");
}
