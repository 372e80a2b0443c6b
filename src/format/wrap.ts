/** Breaks text at blanks so that no line is wider than `width`; the second line and on are indented. */
export function wrap(text: string, width: number, indent: number): string {
  const room = Math.max(20, width - indent);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && visibleLength(line) + 1 + visibleLength(word) > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}

/** Characters that a terminal gives two cells (East_Asian_Width W and F of UAX 11), in whole blocks. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/gu;

/** Those that stand on the one before them. */
const combining = /[\p{Mn}\p{Me}]/gu;

const ascii = /^[ -~]*$/;

/** How many cells of a terminal a text takes, without escape sequences for colour. */
export function visibleLength(text: string): number {
  // Most are ASCII, coloured or not, and many of them are measured.
  if (ascii.test(text)) return text.length;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour sequences start with one
  const plain = text.replace(/\u001b\[[0-9;]*m/g, "");
  if (ascii.test(plain)) return plain.length;
  return [...plain.replace(combining, "").replace(wide, "xx")].length;
}
