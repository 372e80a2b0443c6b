import type { CommandInfo } from "../../src/commands/command.ts";
import { commands } from "../../src/commands/command-table.ts";
import type { Verb } from "../../src/commands/verb.ts";
import { verbs } from "../../src/commands/verb-table.ts";
import { ExitCode } from "../../src/exit-codes.ts";
import {
  environment,
  exampleBlocks,
  examplesSection,
  exitStatus,
  files,
  optionsSection,
  sentence,
  synopsis,
} from "./common.ts";
import { databaseJson } from "./json-shapes.ts";
import { type Page, type Section, seeAlso, type Term, usage } from "./page.ts";

export function commandNamed(name: string): CommandInfo {
  const found = commands.find((command) => command.name === name);
  if (found === undefined) throw new Error(`the command table has no ${name}`);
  return found;
}

/** config(1), with all verbs. */
export function configPage(): Page {
  const config = commandNamed("config");
  const { summary, description, options, examples } = config;
  const group = (effects: Verb["effects"]): Term[] =>
    verbs.filter((verb) => verb.effects === effects).map(verbTerm);
  return {
    name: "config",
    section: 1,
    summary,
    sections: [
      synopsis("config", config),
      { title: "DESCRIPTION", blocks: description },
      {
        title: "VERBS",
        blocks: [
          "Verbs that read see the databases as of one moment, without a lock.",
          { terms: group("read") },
          "Verbs that write do so in one transaction: all of it is stored, durably, or nothing.",
          { terms: group("write") },
        ],
      },
      optionsSection(options),
      databaseJson,
      exitStatus(ExitCode.done, ExitCode.failed, ExitCode.refused, ExitCode.bug),
      files,
      environment,
      examplesSection(examples, ["config --stored show", "all that is stored in the database configuration"]),
      seeAlso("mailwright(1)", "db(1)", "signal-event(1)", "mailwright-catalogue(7)"),
    ],
  };
}

function verbTerm({ name, synopsis: words, summary, description = [], examples }: Verb): Term {
  return [
    `\`${name}\` ${usage(words)}`.trimEnd(),
    `${sentence(summary)}.`,
    ...description,
    ...exampleBlocks(examples),
  ];
}

/** db(1): what is not in config(1). */
export function dbPage(): Page {
  const db = commandNamed("db");
  const { summary, description, options, examples } = db;
  return {
    name: "db",
    section: 1,
    summary: summary.replace(/^the same for/, "read and change the settings of"),
    sections: [
      synopsis("db", db),
      { title: "DESCRIPTION", blocks: [...description, naming] },
      verbList,
      optionsSection(options),
      exitStatus(ExitCode.done, ExitCode.failed, ExitCode.refused, ExitCode.bug),
      files,
      examplesSection(examples),
      seeAlso("mailwright(1)", "config(1)", "signal-event(1)", "mailwright-catalogue(7)"),
    ],
  };
}

const naming =
  "A name of a database has letters, digits, dots, hyphens and underscores, and begins with a letter or digit. " +
  "All databases lie in one file and share one history.";

const verbList: Section = {
  title: "VERBS",
  blocks: [
    "Described in config(1):",
    { code: verbs.map(({ name, synopsis: words }) => `${name} ${words}`.trimEnd()) },
  ],
};
