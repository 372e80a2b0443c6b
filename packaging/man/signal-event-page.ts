import {
  allExitCodes,
  environment,
  examplesSection,
  exitStatus,
  files,
  optionsSection,
  synopsis,
} from "./common.ts";
import { commandNamed } from "./database-pages.ts";
import { eventJson } from "./json-shapes.ts";
import { type Page, type Section, seeAlso } from "./page.ts";

export function signalEventPage(): Page {
  const command = commandNamed("signal-event");
  const { summary, description, options, examples } = command;
  return {
    name: "signal-event",
    section: 1,
    summary,
    sections: [
      synopsis("signal-event", command),
      { title: "DESCRIPTION", blocks: description },
      course,
      optionsSection(options),
      eventJson,
      exitStatus(...allExitCodes),
      files,
      environment,
      examplesSection(examples),
      seeAlso(
        "mailwright(1)",
        "config(1)",
        "expand-template(1)",
        "mailwright-events(5)",
        "mailwright-template(5)",
      ),
    ],
  };
}

/** The order of src/apply/apply.ts. */
const course: Section = {
  title: "HOW AN EVENT GOES ON",
  blocks: [
    "Each step is done over all files before the next begins, and the first failure ends the event.",
    {
      terms: [
        [
          "Lock",
          "One process applies at a time. Another one waits, by default for 60 seconds, and then says who holds the lock. Secrets that the files will hold, that are made at random and are not set yet, are made and stored.",
        ],
        [
          "Plan",
          "Settings that do not fit together are refused. All templates of the event are rendered in memory, as of one moment of the databases, and compared with the disk.",
        ],
        [
          "Check",
          "A daemon with changed files judges its whole configuration, in a private copy with the new files laid over it. Where its program is not installed, the check is left out and that is said.",
        ],
        ["`S00`–`S04`", "The event's first scripts run."],
        [
          "`S05`",
          "What stands in the place of the files is kept in the database. Changed files are written, all of them under other names, and then all are renamed; where one cannot be written, none is. What has the right bytes, mode and owner is not touched. What a file holds that was edited by hand since it was written, or that mailwright never wrote, is first kept below /var/lib/mailwright/edited, and that is said. Files that a template made and makes no more, such as that of a record which is gone, are removed. The tables of Postfix, which were compiled from the new text, are put in place with their sources.",
        ],
        ["`S06`–`S89`", "The event's other scripts run."],
        [
          "`S90`",
          "Services are adjusted: those with a changed file are reloaded or restarted, as the event says, and so are those that an earlier one, of whatever event, did not get to. One whose property `status` is disabled is stopped and disabled, else it is started and enabled. One just started is not reloaded as well, and one that is masked or not installed is left alone.",
        ],
        [
          "Verify",
          "The units that were started, reloaded or restarted must be active, live on for a second, and answer on their ports. If one does not, or could not be adjusted, the old files are put back and the units are brought back to them; see WHEN A DAEMON DOES NOT RUN in mailwright(1).",
        ],
        ["`S91`–`S99`", "The event's last scripts run."],
      ],
    },
    "A script that fails ends the event before the services are touched, or, from S90 on, after it. What was written and not yet reloaded is remembered, and the next event does it; to signal an event again is always safe. Ctrl-C and SIGTERM let the step at work end, and what is restored is restored to its end; a connection that breaks ends nothing.",
    "With --confirm all of it goes back at the time given unless `mailwright confirm` comes first: CHANGING A DISTANT SERVER in mailwright(1) has the recipe.",
    "On a terminal the steps are shown while they go on. Each is one line in the journal, under the identifier mailwright. Values of secrets are masked in what scripts and daemons print.",
  ],
};
