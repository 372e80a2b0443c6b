import type { Command } from "../../src/commands/command.ts";
import { commands } from "../../src/commands/command-table.ts";
import { filterCommands } from "../../src/commands/filter/filter-commands.ts";
import { peopleCommands } from "../../src/commands/people/people-commands.ts";
import { remoteCommands } from "../../src/commands/remote/remote-commands.ts";
import { links } from "../links.ts";
import { distantServer, remembered, restoring } from "./apply-sections.ts";
import {
  allExitCodes,
  environment,
  exampleBlocks,
  exitStatus,
  files,
  optionTerms,
  sentence,
  times,
} from "./common.ts";
import { doctorSection } from "./doctor-section.ts";
import { flowCommands } from "./flow-page.ts";
import { commandsJson } from "./json-shapes.ts";
import { metricsSection } from "./metrics-section.ts";
import { type Block, type Page, type Section, seeAlso, type Term, usage } from "./page.ts";

const isLink = ({ name }: Command): boolean => links.includes(name);
const hasPage = (command: Command): boolean =>
  [...peopleCommands, ...filterCommands, ...remoteCommands, ...flowCommands].includes(command);
const summaryTerm = ({ name, synopsis, summary }: Command): Term => [
  `\`mailwright ${name}\` ${usage(synopsis)}`,
  `${sentence(summary)}.`,
];

/** mailwright(1): the whole, and those commands that have no page of their own. */
export function mailwrightPage(): Page {
  const linked = commands
    .filter(isLink)
    .map(
      ({ name, synopsis, summary }): Term => [
        `\`${name}\` ${usage(synopsis)}`,
        `${sentence(summary)}. See ${name}(1).`,
      ],
    );
  return {
    name: "mailwright",
    section: 1,
    summary: "a mail server's settings in one checked database, applied on events",
    sections: [
      {
        title: "SYNOPSIS",
        blocks: ["`mailwright` ‹COMMAND› [‹OPTION›]… [‹ARGUMENT›]…", "`mailwright` `--version` | `--help`"],
      },
      description,
      {
        title: "COMMANDS",
        blocks: [
          "These can be called by their own names as well, without mailwright before them:",
          { terms: linked },
          `The others are called as arguments of mailwright. Their options stand before their arguments. ${times}`,
          {
            terms: commands.filter((command) => !isLink(command) && !hasPage(command)).map(ownCommand),
          },
          "Those for users, groups, addresses, domains, mailboxes, passwords, quota and relay hosts are told of in mailwright-people(1):",
          {
            terms: peopleCommands.map(summaryTerm),
          },
          "Those for what the mail filter does are told of in mailwright-filter(1):",
          {
            terms: filterCommands.map(summaryTerm),
          },
          "Those for mail that lies at a provider are told of in mailwright-remote(1):",
          {
            terms: remoteCommands.map(summaryTerm),
          },
          "Those for mail on its way are told of in mailwright-flow(1):",
          {
            terms: flowCommands.map(summaryTerm),
          },
        ],
      },
      {
        title: "OPTIONS",
        blocks: ["Every command has these; they stand before its arguments.", { terms: optionTerms([]) }],
      },
      doctorSection,
      metricsSection,
      distantServer,
      restoring,
      remembered,
      commandsJson,
      exitStatus(...allExitCodes),
      files,
      environment,
      notes,
      {
        title: "EXAMPLES",
        blocks: [
          "Keep rejected mail in a mailbox instead of refusing it: store two settings, look at what an event would do, and apply them.",
          {
            code: [
              "config setprop rspamd QuarantineAccount spam@domain.org QuarantineStatus enabled",
              "signal-event --dry-run nethserver-mail-quarantine-save",
              "signal-event nethserver-mail-quarantine-save",
            ],
          },
          "Apply all that waits, whichever events that takes, and see later what was done and by whom; then bring all of it back to how it was after revision 12:",
          {
            code: ["mailwright apply", "mailwright status", "mailwright history", "mailwright rollback 12"],
          },
        ],
      },
      seeAlso(
        ...links.map((name) => `${name}(1)`),
        "mailwright-people(1)",
        "mailwright-filter(1)",
        "mailwright-remote(1)",
        "mailwright-flow(1)",
        "mailwright-events(5)",
        "mailwright-template(5)",
        "mailwright-catalogue(7)",
      ),
    ],
  };
}

function ownCommand({ name, synopsis, summary, description: text, options, examples }: Command): Term {
  const own: Block[] = options.length === 0 ? [] : [{ terms: optionTerms(options).slice(0, options.length) }];
  return [
    `\`mailwright ${name}\` ${usage(synopsis)}`.trimEnd(),
    `${sentence(summary)}.`,
    ...text,
    ...own,
    ...exampleBlocks(examples),
  ];
}

const description: Section = {
  title: "DESCRIPTION",
  blocks: [
    "mailwright keeps the settings of a mail server in databases of records with properties. A change is checked against a catalogue of what each property accepts, stored durably, and written to a history; no daemon hears of it.",
    "Named events turn settings into configuration: signal-event(1) renders the templates of an event, lets the daemons judge the result, writes the files that changed, runs the event's scripts and adjusts the services whose files changed. What is refused on the way leaves every file as it was; a daemon that does not run with the new files is brought back to the old ones.",
    "Changes of settings, and applies, share one count of revisions, so that both can be listed, looked at, and taken back.",
    "A server adds properties, fragments of templates, and events of its own below /etc/mailwright, without touching what is shipped.",
  ],
};

const notes: Section = {
  title: "NOTES",
  blocks: [
    "With another root, files are made below it and no service is touched. The program needs /proc; fill the root of another system with --root from outside, not in a chroot(2) without /proc.",
    "Reading needs no right but to the database, which belongs to root, mode 0600. Where there is none yet, defaults are shown; one that may not be read is an error.",
    "The database is SQLite's, with a write-ahead log: the newest changes may lie in mailwright.db-wal beside it. To copy the settings use `config export` and `db` ‹NAME› `export`, to copy the file `.backup` of sqlite3(1); a cp(1) of the one file may lack what was stored last.",
  ],
};
