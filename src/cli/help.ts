import packageJson from "../../package.json" with { type: "json" };
import type { Command, Option } from "../commands/command.ts";
import { commands, commonOptions } from "../commands/command-table.ts";
import { verbs } from "../commands/verb-table.ts";
import { described } from "../format/table.ts";
import { wrap } from "../format/wrap.ts";

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
  const { name, synopsis, summary, options, examples } = command;
  const takesVerbs = name === "config" || name === "db";
  return [
    wrap(`${title}: ${summary}`, width, 2),
    "",
    `usage: ${title} [OPTION]… ${synopsis}`.trimEnd(),
    "",
    ...(takesVerbs ? [described(verbs.map(nameRow), width)] : []),
    described([...options, ...commonOptions].map(optionRow), width),
    ...examples.map(([line, meaning]) => `${line}\n    ${meaning}`),
    "",
  ].join("\n");
}

const ownNames = "config, db, signal-event and expand-template work alone, too. See mailwright(1).";

/** What `mailwright` alone prints. */
export function overview(width: number): string {
  return [
    wrap(`mailwright ${version}: a mail server's settings in one checked database`, width, 2),
    "",
    "usage: mailwright COMMAND [OPTION]… [ARGUMENT]…",
    "",
    described(commands.filter(({ isForEvents }) => isForEvents !== true).map(nameRow), width),
    wrap(ownNames, width, 0),
    "",
    "config setprop rspamd QuarantineAccount spam@domain.org QuarantineStatus enabled",
    "signal-event nethserver-mail-quarantine-save",
    "",
  ].join("\n");
}
