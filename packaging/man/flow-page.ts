import { logCommand } from "../../src/commands/mail-flow/log-command.ts";
import { queueCommand } from "../../src/commands/mail-flow/queue-command.ts";
import { commandSection } from "./command-section.ts";
import { allExitCodes, environment, exitStatus, files, optionTerms, times } from "./common.ts";
import { flowJson } from "./flow-json.ts";
import { type Page, seeAlso, usage } from "./page.ts";

/** Those of the page. */
export const flowCommands = [queueCommand, logCommand] as const;

/** mailwright-flow(1): the commands for mail that is on its way, or was. */
export function flowPage(): Page {
  return {
    name: "mailwright-flow",
    section: 1,
    summary: "mail in the queue, and what became of mail",
    sections: [
      {
        title: "SYNOPSIS",
        blocks: flowCommands.map(({ name, synopsis }) => `\`mailwright ${name}\` ${usage(synopsis)}`),
      },
      ...flowCommands.map(commandSection),
      {
        title: "OPTIONS",
        blocks: [
          "Options may stand before and behind what is named; -- ends them. Every command has these too:",
          times,
          { terms: optionTerms([]) },
        ],
      },
      flowJson,
      exitStatus(...allExitCodes),
      files,
      environment,
      seeAlso("mailwright(1)", "mailwright-filter(1)", "mailwright-remote(1)", "postqueue(1)"),
    ],
  };
}
