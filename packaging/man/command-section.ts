import { applyOptions } from "../../src/commands/apply-options.ts";
import type { Command, Option } from "../../src/commands/command.ts";
import { exampleBlocks, optionTerms, sentence } from "./common.ts";
import { type Block, type Section, type Term, usage } from "./page.ts";

/** A command of a page that tells of several, with its verbs. */
export function commandSection(command: Command): Section {
  const { name, summary, description: text, verbs, examples } = command;
  const own: readonly Block[] =
    verbs === undefined
      ? [{ terms: [verbTerm(`mailwright ${name}`, command)] }]
      : [
          ...text,
          { terms: verbs.map((verb) => verbTerm(`mailwright ${name} ${verb.name}`, verb)) },
          ...exampleBlocks(examples),
        ];
  return { title: name.toUpperCase(), blocks: [`${sentence(summary)}.`, ...own] };
}

function verbTerm(title: string, { synopsis, summary, description: text, options, examples }: Command): Term {
  const own = options.filter((option: Option) => !applyOptions.includes(option));
  const terms: Block[] = own.length === 0 ? [] : [{ terms: optionTerms(own).slice(0, own.length) }];
  return [
    `\`${title}\` ${usage(synopsis)}`.trimEnd(),
    `${sentence(summary)}.`,
    ...text,
    ...terms,
    ...exampleBlocks(examples),
  ];
}
