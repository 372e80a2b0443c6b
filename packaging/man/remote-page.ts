import { applyOptions } from "../../src/commands/apply-options.ts";
import { remoteCommands } from "../../src/commands/remote/remote-commands.ts";
import { commandSection } from "./command-section.ts";
import { allExitCodes, environment, exitStatus, files, optionTerms, times } from "./common.ts";
import { type Page, type Section, seeAlso, usage } from "./page.ts";

/** mailwright-remote(1): the commands for mail that lies at a provider. */
export function remotePage(): Page {
  return {
    name: "mailwright-remote",
    section: 1,
    summary: "mail that lies at a provider",
    sections: [
      {
        title: "SYNOPSIS",
        blocks: remoteCommands.flatMap(({ name, synopsis }) => `\`mailwright ${name}\` ${usage(synopsis)}`),
      },
      ...remoteCommands.map(commandSection),
      {
        title: "OPTIONS",
        blocks: [
          "Options may stand before and behind names; -- ends them. Each command has those that are told of it above, and what is not about an apply; those that signal an event have all of these.",
          times,
          { terms: optionTerms(applyOptions) },
        ],
      },
      remoteJson,
      exitStatus(...allExitCodes),
      files,
      environment,
      seeAlso("mailwright(1)", "mailwright-people(1)", "signal-event(1)", "mailwright-catalogue(7)"),
    ],
  };
}

/** What these commands print with `--json`. */
const remoteJson: Section = {
  title: "JSON",
  blocks: [
    "These shapes are stable: members may be added, and none is removed or changes its meaning. Lists and records are as in mailwright-people(1).",
    {
      terms: [
        [
          "`sync run`",
          "A line for each job when it has ended; of one that failed, or that another run is at (`status` is running then), there may be `user`, `status` and `problem` alone:",
          {
            code: [
              '{"user": "john", "status": "done", "folders": 20, "messages": 5000, "copied": 12,',
              '  "removed": 0, "problem": "", "seconds": 3.5, "ofOthers": []}',
            ],
          },
        ],
        [
          "`sync status`",
          "`hours` is 0 without a timer; `last` is null before the first run; times are in milliseconds since 1970:",
          {
            code: [
              '[{"user": "john", "host": "imap.example.net", "running": false, "hours": 24,',
              '  "last": {"started": 1795646668000, "ended": 1795646671000, "status": "done",',
              '  "problem": "", "folders": 20, "messages": 5000, "copied": 12, "removed": 0}}, …]',
            ],
          },
        ],
        ["`sync stop`", { code: ['{"stopped": true}'] }],
      ],
    },
  ],
};
