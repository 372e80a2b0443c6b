import { applyOptions } from "../apply-options.ts";
import type { Command, CommandInfo } from "../command.ts";
import { addressFamily } from "./address-family.ts";
import { domainFamily } from "./domain-family.ts";
import { type Family, setOption } from "./family.ts";
import { groupFamily } from "./group-family.ts";
import { mailboxCommand } from "./mailbox-command.ts";
import { noPassword, passwordStdin, yes } from "./options.ts";
import { passwdCommand, quotaCommand } from "./plain-commands.ts";
import { defaultRelay, relayFamily } from "./relay-family.ts";
import { userFamily } from "./user-family.ts";

export const families: readonly Family[] = [
  userFamily,
  groupFamily,
  addressFamily,
  domainFamily,
  relayFamily,
];

/** The commands for people, in the order in which help shows them. */
export const peopleCommands: readonly Command[] = [
  familyCommand(userFamily),
  familyCommand(groupFamily),
  familyCommand(addressFamily),
  familyCommand(domainFamily),
  mailboxCommand,
  passwdCommand,
  quotaCommand,
  familyCommand(relayFamily, [relayDefault()]),
];

/** A family's command: its verbs, each with the options that it takes; `more` stand behind them, or for those of their names. */
export function familyCommand(family: Family, more: readonly Command[] = []): Command {
  const { name, summary } = family;
  const verbs = [...verbsOf(family).filter((own) => !more.some((one) => one.name === own.name)), ...more];
  return {
    name,
    synopsis: "VERB [NAME] [OPTION]…",
    summary,
    description: [],
    options: [],
    arguments: [],
    count: [0, Number.POSITIVE_INFINITY],
    examples: [family.examples.add[0], family.examples.modify[0]].flatMap((example) =>
      example === undefined ? [] : [example],
    ),
    verbs,
    load: async () => (await import("../deferred.ts")).deferred.noVerb(verbs),
  };
}

function verbsOf(family: Family): Command[] {
  const { name, example, examples, options, password, cleanup } = family;
  const line = (verb: string, rest = ""): string => `mailwright ${name} ${verb}${rest && ` ${rest}`}`;
  const passwords = password === undefined ? [] : [passwordStdin];
  const one: Pick<CommandInfo, "arguments" | "count"> = { arguments: [name], count: [1, 1] };
  const changing = { reports: true, takesOptionsAnywhere: true } as const;
  return [
    {
      name: "add",
      synopsis: "NAME",
      summary: `make one, and signal ${family.events.add}`,
      description: [],
      options: [
        ...options.filter(({ takesBack }) => takesBack !== true),
        ...passwords,
        ...(password?.isHashed === true ? [noPassword] : []),
        setOption,
        ...applyOptions,
      ],
      ...one,
      arguments: ["text"],
      examples: examples.add,
      ...changing,
      load: async () => (await import("../deferred.ts")).deferred.add(family),
    },
    {
      name: "modify",
      synopsis: "NAME",
      summary: `change one, and signal ${family.events.modify}`,
      description: [],
      options: [...options, ...(password?.isHashed === false ? passwords : []), setOption, ...applyOptions],
      ...one,
      examples: examples.modify,
      ...changing,
      load: async () => (await import("../deferred.ts")).deferred.modify(family),
    },
    {
      name: "list",
      synopsis: "",
      summary: "list them",
      description: [],
      options: [],
      arguments: [],
      count: [0, 0],
      examples: [
        [line("list"), "a line each"],
        [line("list", "--json"), "for programs"],
      ],
      takesOptionsAnywhere: true,
      load: async () => (await import("../deferred.ts")).deferred.list(family),
    },
    {
      name: "show",
      synopsis: "NAME",
      summary: "show all that is known of one, secrets masked",
      description: [],
      options: [],
      ...one,
      examples: [
        [line("show", example), "its properties, and what names it"],
        [line("show", `${example} --json`), "for programs"],
      ],
      takesOptionsAnywhere: true,
      load: async () => (await import("../deferred.ts")).deferred.show(family),
    },
    {
      name: "delete",
      synopsis: "NAME",
      summary: `remove one, and signal ${family.events.delete}`,
      description: [],
      options: [...(cleanup === undefined ? [] : [cleanup.option]), yes, ...applyOptions],
      ...one,
      examples: [
        [line("delete", example), "asks before anything is lost"],
        [line("delete", `${example} --yes`), "for scripts"],
      ],
      ...changing,
      load: async () => (await import("../deferred.ts")).deferred.deleteRecord(family),
    },
  ];
}

function relayDefault(): Command {
  return {
    name: "default",
    synopsis: "",
    summary: "show, or change, the relay host of all other mail",
    description: [
      "Without options it shows the default relay host, which outgoing mail takes that no rule is about; with options it changes it, and signals nethserver-mail-smarthost-save.",
    ],
    options: [...defaultRelay.options, passwordStdin, ...applyOptions],
    arguments: [],
    count: [0, 0],
    examples: [
      ["mailwright relay default --host mx.example.net:587 --username u", "asks for the password"],
      ["mailwright relay default --disable", "mail goes straight to its destination"],
    ],
    reports: true,
    takesOptionsAnywhere: true,
    load: async () => (await import("../deferred.ts")).deferred.relayDefault,
  };
}
