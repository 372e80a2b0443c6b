import packageJson from "../../package.json" with { type: "json" };
import { applyOptions } from "../commands/apply-options.ts";
import type { Command, Option } from "../commands/command.ts";
import { commands, commonOptions, programCommands } from "../commands/command-table.ts";
import { filterCommands } from "../commands/filter/filter-commands.ts";
import { mailFlowCommands } from "../commands/mail-flow/mail-flow-commands.ts";
import { peopleCommands } from "../commands/people/people-commands.ts";
import { remoteCommands } from "../commands/remote/remote-commands.ts";
import { verbs } from "../commands/verb-table.ts";
import { described } from "../format/table.ts";
import { wrap } from "../format/wrap.ts";
import { usageOf } from "./usage.ts";

export const { version } = packageJson;

const optionRow = ({ name, short, value, summary }: Option): [string, string] => [
  `  ${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`,
  summary,
];

const nameRow = ({
  name,
  synopsis,
  summary,
}: Pick<Command, "name" | "synopsis" | "summary">): [string, string] => [
  `  ${name} ${synopsis}`.trimEnd(),
  summary,
];

/** The help of one command, by the name that it was called by: one screen, with two examples at its end. */
export function helpOf(title: string, command: Command, width: number): string {
  const { name, summary, examples } = command;
  const isDatabase = name === "config" || name === "db";
  const rows = isDatabase ? verbs : (command.verbs ?? []);
  return [
    wrap(`${title}: ${summary}`, width, 2),
    "",
    `usage: ${usageOf(title, command)}`,
    "",
    ...(rows.length > 0 ? [described(rows.map(nameRow), width)] : []),
    ...optionLines(command, width),
    ...examples.map(([line, meaning]) => `${line}\n    ${meaning}`),
    "",
  ].join("\n");
}

/** Of a command that takes options anywhere those of every event are named, and no more: its own are many. */
function optionLines({ options, verbs: own = [], takesOptionsAnywhere }: Command, width: number): string[] {
  if (takesOptionsAnywhere !== true && own.length === 0)
    return [described([...options, ...commonOptions].map(optionRow), width)];
  const isShared = (option: Option): boolean => applyOptions.includes(option);
  // Who reads this has found --help.
  const others = commonOptions.filter(({ name }) => name !== "help");
  const shared = [...options.filter(isShared), ...others].map(({ name }) => `--${name}`).join(" ");
  const more = `as for ${options.some(isShared) ? "signal-event" : "every command"}: ${shared}`;
  return [
    described(options.filter((option) => !isShared(option)).map(optionRow), width) +
      `  ${wrap(more, width - 2, 2)}\n`,
  ];
}

const summaryRow = ({ name, summary }: Command): [string, string] => [`  ${name}`, summary];

/** Commands that share a line. */
const groups: readonly (readonly [name: string, members: readonly Command[]])[] = [
  [
    "to look back",
    ["history", "diff", "rollback"].flatMap((name) => commands.filter((one) => one.name === name)),
  ],
  ["for people", peopleCommands],
  ["for the filter", filterCommands],
  ["for mail flow", mailFlowCommands],
  ["for providers", remoteCommands],
  ["for programs", programCommands],
];

const groupRow = ([name, members]: (typeof groups)[number]): [string, string] => [
  `  ${name}`,
  members.map((one) => one.name).join(", "),
];

const ownNames =
  "Each has --help; config, db, signal-event and expand-template work alone. See mailwright(1).";

/** What `mailwright` alone prints. */
export function overview(width: number): string {
  return [
    wrap(`mailwright ${version}: a mail server's settings in one checked database`, width, 2),
    "",
    "usage: mailwright COMMAND [--help] [OPTION]… [ARGUMENT]…",
    "",
    described(
      [
        ...commands
          .filter((one) => one.isForEvents !== true && !groups.some(([, members]) => members.includes(one)))
          .map(summaryRow),
        ...groups.filter(([, members]) => members.length > 0).map(groupRow),
      ],
      width,
    ),
    wrap(ownNames, width, 0),
    "",
    "config setprop rspamd QuarantineAccount spam@domain.org QuarantineStatus enabled",
    "signal-event nethserver-mail-quarantine-save",
    "",
  ].join("\n");
}
