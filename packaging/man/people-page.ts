import { applyOptions } from "../../src/commands/apply-options.ts";
import { peopleCommands } from "../../src/commands/people/people-commands.ts";
import { commandSection } from "./command-section.ts";
import { allExitCodes, environment, exitStatus, files, optionTerms, times } from "./common.ts";
import { type Page, type Section, seeAlso, usage } from "./page.ts";
import { peopleJson } from "./people-json.ts";

/** mailwright-people(1): the commands for users, groups, addresses, domains, mailboxes and relay hosts. */
export function peoplePage(): Page {
  return {
    name: "mailwright-people",
    section: 1,
    summary: "users, groups, addresses, domains, mailboxes, passwords, quota and relay hosts",
    sections: [
      {
        title: "SYNOPSIS",
        blocks: peopleCommands.flatMap(({ name, synopsis }) => `\`mailwright ${name}\` ${usage(synopsis)}`),
      },
      description,
      ...peopleCommands.map(commandSection),
      {
        title: "OPTIONS",
        blocks: [
          "Options may stand before and behind names; -- ends them. Each verb has those that are told of it above, and these. What is not about an apply is for every verb; add, modify, delete, default and passwd have all of them.",
          times,
          { terms: optionTerms(applyOptions) },
        ],
      },
      peopleJson,
      exitStatus(...allExitCodes),
      files,
      environment,
      seeAlso(
        "mailwright(1)",
        "mailwright-filter(1)",
        "config(1)",
        "db(1)",
        "signal-event(1)",
        "mailwright-catalogue(7)",
        "doveadm-pw(1)",
      ),
    ],
  };
}

const description: Section = {
  title: "DESCRIPTION",
  blocks: [
    "Each of these commands stores what db(1) would store and signals the event that carries it out, as one: with the same checks, restores, notices and exit statuses as signal-event(1). Where the event is refused, or fails and everything is put back, nothing is stored. Where a script fails when files are written already, the settings are stored, and `mailwright apply` goes on.",
    "A name without a domain means: of a user or group, the primary domain when it is made, and afterwards the one of that name in whatever domain, for there can be one alone; of an address, every domain that is delivered here. Capitals do not matter.",
    "An option stands for a property or two, of which mailwright-catalogue(7) tells; what has no option is stored with --set. What the catalogue refuses is refused here.",
    "Passwords are typed at a terminal, which does not show them, or come from standard input. They are on no command line, and in no history and log, and neither are their hashes.",
    "A relay host's stored password goes with no other user name and to no other host: where one of these changes, the password is asked for, or comes from standard input.",
    "What deletes says what is lost, and asks, at a terminal; y or yes is the answer. Where there is none it is refused without --yes. Where mail is removed --confirm is refused, for no deadline brings it back.",
  ],
};
