import packageJson from "../../package.json" with { type: "json" };
import type { Command, Option } from "../commands/command.ts";
import { commands, commonOptions } from "../commands/command-table.ts";
import { verbs } from "../commands/verb-table.ts";
import { columns } from "../format/table.ts";
import { wrap } from "../format/wrap.ts";

export const { version } = packageJson;

const optionRow = ({ name, short, value, summary }: Option): string[] => [
  `  ${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`,
  summary,
];

/** The help of one command: one screen, with two examples at its end. */
export function helpOf(command: Command, width: number): string {
  const { name, synopsis, summary, options, examples } = command;
  const takesVerbs = name === "config" || name === "db";
  const verbRows = verbs.map((verb) => [`  ${verb.name} ${verb.synopsis}`.trimEnd(), verb.summary]);
  return [
    `${name}: ${wrap(summary, width, 2)}`,
    "",
    `usage: ${name} [OPTION]… ${synopsis}`,
    "",
    ...(takesVerbs ? [columns(verbRows)] : []),
    columns([...options, ...commonOptions].map(optionRow)),
    ...examples.map(([line, meaning]) => `${line}\n    ${meaning}`),
    "",
  ].join("\n");
}

/** What `mailwright` alone prints. */
export function overview(): string {
  return [
    `mailwright ${version}: a mail server's settings in one checked database, applied on events`,
    "",
    columns(commands.map((command) => [`  ${command.name} ${command.synopsis}`.trimEnd(), command.summary])),
    "Each works as `mailwright COMMAND` too, and has --help and a manual page.",
    "",
    "config setprop rspamd QuarantineAccount spam@domain.org QuarantineStatus enabled",
    "signal-event nethserver-mail-quarantine-save",
    "",
  ].join("\n");
}
