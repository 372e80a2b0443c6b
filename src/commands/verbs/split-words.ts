/**
 * The words of a line as a shell would split it: blanks separate, `'…'` is kept as it is, within `"…"` a
 * backslash quotes `"`, `\`, `$` and a backquote, outside it quotes any character, and `#` at the start of a
 * word begins a comment. Nothing is expanded. `undefined`: a quotation mark is not closed.
 */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  const part = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/sy;
  for (let at = 0; ; ) {
    while (/\s/.test(line[at] ?? "")) at++;
    if (at >= line.length || line[at] === "#") return words;
    let word = "";
    while (at < line.length && !/\s/.test(line[at] ?? "")) {
      part.lastIndex = at;
      const match = part.exec(line);
      if (match === null) return undefined;
      const [whole, single, double, escaped, plain] = match;
      word += single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? plain ?? "";
      at += whole.length;
    }
    words.push(word);
  }
}
