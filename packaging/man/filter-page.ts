import { applyOptions } from "../../src/commands/apply-options.ts";
import { filterCommands } from "../../src/commands/filter/filter-commands.ts";
import { commandSection } from "./command-section.ts";
import { allExitCodes, environment, exitStatus, files, optionTerms, times } from "./common.ts";
import { filterJson } from "./filter-json.ts";
import { type Page, seeAlso, usage } from "./page.ts";

/** mailwright-filter(1): the commands for what the mail filter does. */
export function filterPage(): Page {
  return {
    name: "mailwright-filter",
    section: 1,
    summary: "what the mail filter judges, keeps and signs",
    sections: [
      {
        title: "SYNOPSIS",
        blocks: filterCommands.flatMap(({ name, synopsis }) => `\`mailwright ${name}\` ${usage(synopsis)}`),
      },
      ...filterCommands.map(commandSection),
      {
        title: "OPTIONS",
        blocks: [
          "Options may stand before and behind names; -- ends them. Each command has those that are told of it above, and what is not about an apply; those that signal an event have all of these.",
          times,
          { terms: optionTerms(applyOptions) },
        ],
      },
      filterJson,
      exitStatus(...allExitCodes),
      files,
      environment,
      seeAlso("mailwright(1)", "mailwright-people(1)", "signal-event(1)", "mailwright-catalogue(7)"),
    ],
  };
}
