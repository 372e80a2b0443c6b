import { ExitCode } from "../../src/exit-codes.ts";
import { environment, examplesSection, exitStatus, files, optionsSection, synopsis } from "./common.ts";
import { commandNamed } from "./database-pages.ts";
import { type Page, seeAlso } from "./page.ts";

export function expandTemplatePage(): Page {
  const command = commandNamed("expand-template");
  const { summary, description, options, examples } = command;
  return {
    name: "expand-template",
    section: 1,
    summary,
    sections: [
      synopsis("expand-template", command),
      {
        title: "DESCRIPTION",
        blocks: [
          ...description,
          "What a fragment may hold, and what template.yaml says, is described in mailwright-template(5).",
          "A path begins with /. Writing waits up to 60 seconds for an event that is at work, keeps what was edited by hand and compiles the table of a file with `map` as an event does, and leaves the services that the file concerns to the next event. Lines with secrets are masked by --fragments and --diff, and printed by --stdout.",
          "A value that the file's syntax cannot hold is refused, with the key, the property and the line of the fragment, and nothing is written.",
        ],
      },
      optionsSection(options),
      {
        title: "JSON",
        blocks: [
          "--list prints a list of paths. --diff, and writing, print a list of the files that differ:",
          { code: ['[{"path": "/etc/postfix/main.cf", "state": "changed"}, …]'] },
        ],
      },
      exitStatus(
        ExitCode.done,
        ExitCode.failed,
        ExitCode.wouldChange,
        ExitCode.refused,
        ExitCode.locked,
        ExitCode.bug,
      ),
      files,
      environment,
      examplesSection(examples),
      seeAlso("mailwright(1)", "signal-event(1)", "mailwright-template(5)"),
    ],
  };
}
