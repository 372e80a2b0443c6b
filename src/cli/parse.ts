import { didYouMean } from "../catalogue/suggest.ts";
import type { GivenOptions, Option, OptionValues } from "../commands/command.ts";
import { refused } from "../errors.ts";

/** A command line taken apart. */
interface CommandLine {
  /** The last value of each option that was given. */
  readonly options: OptionValues;
  readonly given: GivenOptions;
  readonly args: readonly string[];
}

/**
 * Takes options until the first argument, or until `--`, which is dropped; everything behind is as given. With `anywhere`
 * arguments end no options, `--` alone does.
 */
export function parseOptions(
  words: readonly string[],
  known: readonly Option[],
  anywhere = false,
): CommandLine {
  const options: Record<string, string | boolean> = {};
  const given: [string, string][] = [];
  const args: string[] = [];
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") return { options, given, args: [...args, ...words.slice(at + 1)] };
    if (!/^-./.test(word)) {
      if (!anywhere) break;
      args.push(word);
      continue;
    }
    const [, name = "", attached] = /^(--?[^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const option = known.find(
      (candidate) =>
        name === `--${candidate.name}` || (candidate.short !== undefined && name === `-${candidate.short}`),
    );
    if (option === undefined) throw unknownOption(word, known);
    if (option.value === undefined) {
      if (attached !== undefined) throw refused(`${name} takes no value`, "USAGE");
      options[option.name] = true;
      given.push([option.name, ""]);
      continue;
    }
    const value = attached ?? words[++at];
    if (value === undefined) throw refused(`${name} needs a value: ${option.value}`, "USAGE");
    if (option.isFilled === true && value.trim() === "")
      throw refused(`${name} is empty`, "USAGE", `accepted: ${option.summary}. Nothing was touched.`);
    options[option.name] = value;
    given.push([option.name, value]);
  }
  return { options, given, args: [...args, ...words.slice(at)] };
}

function unknownOption(word: string, known: readonly Option[]) {
  const names = known.map(({ name }) => `--${name}`).join(", ");
  const meant = didYouMean(
    word.replace(/=.*$/s, ""),
    known.map(({ name }) => `--${name}`),
  );
  return refused(`there is no option ${word}${meant && `.${meant}`}`, "UNKNOWN_OPTION", `accepted: ${names}`);
}
