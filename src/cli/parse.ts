import type { Option, OptionValues } from "../commands/command.ts";
import { refused } from "../errors.ts";

/** A command line taken apart: options stand before the first argument, and everything from it on is as given. */
interface CommandLine {
  readonly options: OptionValues;
  readonly args: readonly string[];
}

/** Takes options until the first argument, or until `--`, which is dropped. */
export function parseOptions(words: readonly string[], known: readonly Option[]): CommandLine {
  const options: Record<string, string | boolean> = {};
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") return { options, args: words.slice(at + 1) };
    if (!/^-./.test(word)) break;
    const [, name = "", attached] = /^(--?[^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const option = known.find(
      (candidate) =>
        name === `--${candidate.name}` || (candidate.short !== undefined && name === `-${candidate.short}`),
    );
    if (option === undefined) throw unknownOption(word, known);
    if (option.value === undefined) {
      if (attached !== undefined) throw refused(`${name} takes no value`, "USAGE");
      options[option.name] = true;
      continue;
    }
    const value = attached ?? words[++at];
    if (value === undefined) throw refused(`${name} needs a value: ${option.value}`, "USAGE");
    options[option.name] = value;
  }
  return { options, args: words.slice(at) };
}

function unknownOption(word: string, known: readonly Option[]) {
  const names = known.map(({ name }) => `--${name}`).join(", ");
  return refused(`there is no option ${word}`, "UNKNOWN_OPTION", `accepted: ${names}`);
}
