import { applyCommands } from "./apply-commands.ts";
import { applyOptions } from "./apply-options.ts";
import type { Command, Option } from "./command.ts";
import { config, db } from "./database.ts";
import { filterCommands } from "./filter/filter-commands.ts";
import { mailFlowCommands } from "./mail-flow/mail-flow-commands.ts";
import { peopleCommands } from "./people/people-commands.ts";
import { remoteCommands } from "./remote/remote-commands.ts";
import { task } from "./task-command.ts";

/** Options of every command. */
export const commonOptions: readonly Option[] = [
  { name: "root", value: "DIR", summary: "the folder that stands for / (or MAILWRIGHT_ROOT)" },
  { name: "json", short: "j", summary: "print the result, or the progress, in JSON" },
  { name: "no-color", summary: "no colour, as with NO_COLOR" },
  { name: "utc", summary: "times in UTC, not local" },
  { name: "help", short: "h", summary: "show this help" },
];

const databaseOptions: readonly Option[] = [
  { name: "force", summary: "store what the catalogue would refuse" },
  { name: "stdin", summary: "take the last value from standard input" },
  { name: "stored", summary: "show what is stored, without defaults" },
  { name: "yaml", summary: "export and import YAML" },
];

/** The commands that programs call: the shell for completions, others for the shape of records. */
export const programCommands: readonly Command[] = [
  {
    name: "schema",
    synopsis: "[DATABASE]",
    summary: "print the JSON Schema of a database's records",
    description: [
      "Prints the catalogue, with what the site adds, as a JSON Schema (2020-12) of the records that printjson prints.",
    ],
    options: [],
    arguments: ["database"],
    count: [0, 1],
    examples: [
      ["mailwright schema", "of all databases"],
      ["mailwright schema accounts", "of one"],
    ],
    load: async () => (await import("./deferred.ts")).deferred.schema,
  },
  {
    name: "complete",
    synopsis: "WORD…",
    summary: "print what may stand next on a command line",
    description: ["For the completions of shells: prints a candidate a line, and after a tab what it means."],
    options: [],
    arguments: ["text"],
    count: [0, Number.POSITIVE_INFINITY],
    examples: [
      ["mailwright complete config setprop rspamd ''", "the properties of rspamd"],
      ["mailwright complete signal-event nethserver-mail-", "events"],
    ],
    load: async () => (await import("./deferred.ts")).deferred.complete,
  },
];

export const commands: readonly Command[] = [
  {
    name: "config",
    synopsis: "VERB [ARGUMENT]…",
    summary: "read and change the server's settings",
    description: [
      "Reads and changes the database configuration: config VERB is short for db configuration VERB. " +
        "A change is checked against the catalogue and stored durably; no daemon hears of it before an event " +
        "is signalled. See mailwright-catalogue(7) for all keys and properties.",
      "Everything after the verb is taken as it stands, so that a value may begin with a hyphen. Options stand before the verb.",
      "Reading verbs print stored values over defaults. A missing record or property is exit status 1 and no output.",
    ],
    options: databaseOptions,
    arguments: [],
    count: [0, Number.POSITIVE_INFINITY],
    examples: [
      [
        "config setprop rspamd QuarantineAccount spam@domain.org QuarantineStatus enabled",
        "store two properties",
      ],
      ["config changes", "what is set and not applied yet"],
    ],
    load: () => config,
  },
  {
    name: "db",
    synopsis: "NAME VERB [ARGUMENT]…",
    summary: "the same for any database: accounts, domains, networks, …",
    description: [
      "Reads and changes the database NAME, with the verbs of config(1). A name that is not known yet is a new, empty database; " +
        "its keys and properties are free.",
    ],
    options: databaseOptions,
    arguments: ["database"],
    count: [0, Number.POSITIVE_INFINITY],
    examples: [
      ["db domains set example.com domain", "a mail domain"],
      ["db accounts show postmaster@", "one record"],
    ],
    load: () => db,
  },
  {
    name: "signal-event",
    synopsis: "EVENT [ARGUMENT]…",
    summary: "apply settings: make an event's files and adjust its services",
    description: [
      "Renders the templates of the event, lets the daemons judge the result, writes what changed, runs the event's action " +
        "scripts and reloads or restarts those services that had a file changed. Before the first byte is written, everything " +
        "has been rendered and checked.",
      "With --json the steps are printed while they go on, an object a line, for programs that show them.",
      "With --dry-run nothing is touched: the differences, checks, actions and services are shown, and the exit status is 2 where " +
        "something would change.",
      "A daemon that is reloaded or restarted must run, live on for a second and answer on its ports. If it does not, the old " +
        "files are put back, the daemons are brought back to them, and the exit status is 5.",
      "A file that was edited by hand is written over, and a copy of it kept: the message says where.",
    ],
    options: [
      ...applyOptions,
      { name: "list", short: "l", summary: "list all events" },
      { name: "explain", summary: "show what EVENT does" },
    ],
    arguments: ["event", "text"],
    count: [0, Number.POSITIVE_INFINITY],
    examples: [
      ["signal-event --dry-run nethserver-mail-quarantine-save", "what would change"],
      ["signal-event user-create john@example.org", "an event with an argument"],
    ],
    reports: true,
    load: async () => (await import("./signal-event.ts")).signalEvent,
  },
  ...applyCommands,
  task,
  ...peopleCommands,
  ...filterCommands,
  ...mailFlowCommands,
  ...remoteCommands,
  {
    name: "expand-template",
    synopsis: "PATH",
    summary: "render one file from its template",
    description: [
      "Renders the template of PATH and writes the file, as an event would, without checks, actions and services. " +
        "With --stdout, --diff or --fragments nothing is written.",
      "A template is a folder named after the file, below /usr/share/mailwright/templates. Fragments in the folder of the same " +
        "name below /etc/mailwright/templates are added to it; one of the same name takes the place of the shipped one, and an " +
        "empty one removes it.",
    ],
    options: [
      { name: "stdout", summary: "print the file instead of writing it" },
      { name: "diff", summary: "print the difference to the file; exit status 2 if there is one" },
      { name: "fragments", summary: "print each line with the fragment that made it" },
      { name: "output-filename", value: "FILE", summary: "write to FILE instead" },
      { name: "list", short: "l", summary: "list all templates" },
    ],
    arguments: ["template"],
    count: [0, 1],
    examples: [
      ["expand-template --diff /etc/postfix/main.cf", "what an event would change in it"],
      ["expand-template --fragments /etc/dovecot/dovecot.conf", "where each line comes from"],
    ],
    load: async () => (await import("./deferred.ts")).deferred.expandTemplate,
  },
  ...programCommands,
];
