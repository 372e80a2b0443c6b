import type { CommandInfo } from "../../src/commands/command.ts";
import { commonOptions } from "../../src/commands/command-table.ts";
import { ExitCode } from "../../src/exit-codes.ts";
import { type Block, type Section, type Term, usage } from "./page.ts";

/** What each exit status means, of whatever command. */
const meanings: Readonly<Record<ExitCode, string>> = {
  [ExitCode.done]: "Done. A dry run: nothing would change.",
  [ExitCode.failed]:
    "There is no such record, property, message or file, an action script or a service failed, or --on-edit=fail met an edited file.",
  [ExitCode.wouldChange]:
    "A dry run or a comparison: something would change. `mailwright status`: something needs somebody.",
  [ExitCode.refused]:
    "A value, or the command line, was refused; so is a record that is to be made and is there already. Nothing was stored, and nothing was touched.",
  [ExitCode.invalidConfiguration]: "A daemon refuses the configuration as it would be. No file was touched.",
  [ExitCode.restored]:
    "A service did not run with the new files. The old ones were put back, and everything is as it was before; the settings wait.",
  [ExitCode.locked]:
    "Another process applies settings, and did not end in the time that this one waits for it.",
  [ExitCode.bug]: "A bug of the program, which shows its stack. Please report it.",
};

export function exitStatus(...codes: readonly ExitCode[]): Section {
  const terms = codes.map((code): Term => [`\`${code}\``, meanings[code]]);
  return { title: "EXIT STATUS", blocks: [{ terms }] };
}

export const allExitCodes: readonly ExitCode[] = Object.values(ExitCode);

/** The command's options, and those of every command. */
export function optionTerms(options: CommandInfo["options"]): Term[] {
  return [...options, ...commonOptions].map(({ name, short, value, summary }) => {
    const long = `\`--${name}\`${value === undefined ? "" : ` ‹${value}›`}`;
    return [short === undefined ? long : `\`-${short}\`, ${long}`, `${sentence(summary)}.`];
  });
}

export const times =
  "A ‹TIME› is a number with its unit, ms, s, m or h, such as 90s or 10m; without a unit it is in seconds.";

export function optionsSection(options: CommandInfo["options"]): Section {
  return {
    title: "OPTIONS",
    blocks: [
      "Options stand before the first argument.",
      ...(options.some(({ value }) => value === "TIME") ? [times] : []),
      { terms: optionTerms(options) },
    ],
  };
}

export function synopsis(program: string, { synopsis: words }: CommandInfo): Section {
  const options = `[‹OPTION›]…`;
  return { title: "SYNOPSIS", blocks: [`\`${program}\` ${options} ${usage(words)}`.trimEnd()] };
}

export function examplesSection(
  examples: CommandInfo["examples"],
  ...more: CommandInfo["examples"]
): Section {
  return { title: "EXAMPLES", blocks: exampleBlocks([...examples, ...more]) };
}

/** Command lines, each below a comment of the shell that tells what it does. */
export function exampleBlocks(examples: CommandInfo["examples"]): Block[] {
  return examples.map(([line, meaning]) => ({ code: [`# ${meaning}`, line] }));
}

/** A summary of the tables begins in lower case, a sentence does not. */
export function sentence(text: string): string {
  return text.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

/** Where things lie, for the pages of commands. */
export const files: Section = {
  title: "FILES",
  blocks: [
    {
      terms: [
        [
          "`/var/lib/mailwright/mailwright.db`",
          "All databases, the history of changes and applies, and the ledger; see mailwright(1).",
        ],
        [
          "`/var/lib/mailwright/edited/`",
          "What files held that were edited by hand, or that were not made by mailwright, before they were written; by date.",
        ],
        [
          "`/var/lib/mailwright/apply.lock`",
          "Held while a process applies; the file beside it says which one.",
        ],
        [
          "`/etc/systemd/system/mailwright-confirm.timer`, `mailwright-confirm.service`",
          "There only while an apply waits to be confirmed: what brings everything back.",
        ],
        [
          "`/usr/share/mailwright/templates/`, `/usr/share/mailwright/events/`",
          "The shipped templates and events.",
        ],
        [
          "`/etc/mailwright/templates/`, `/etc/mailwright/events/`, `/etc/mailwright/catalogue.d/`",
          "What this server adds; see mailwright-template(5), mailwright-events(5) and mailwright-catalogue(7).",
        ],
      ],
    },
  ],
};

export const environment: Section = {
  title: "ENVIRONMENT",
  blocks: [
    {
      terms: [
        ["`MAILWRIGHT_ROOT`", "The folder that stands for /, as with --root."],
        [
          "`MAILWRIGHT_SHARE`",
          "The folder of shipped templates and events, instead of ../share/mailwright beside the program's.",
        ],
        [
          "`NO_COLOR`",
          "Set to anything: no colour, as with --no-color. There is none where output is no terminal either.",
        ],
      ],
    },
  ],
};

/** The files that src/template/overlay.ts passes over. */
export const leftovers =
  "Files whose names begin with a dot, stand between two #, or end in ~, .swp, .orig, .rej, .bak, .rpmsave, .rpmnew, " +
  ".dpkg-* and .ucf-* are not looked at.";
