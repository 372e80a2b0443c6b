import { EventLibrary } from "../apply/event.ts";
import { acceptedWords } from "../catalogue/accepted.ts";
import { accountName } from "../catalogue/account-name.ts";
import { entriesOf, findEntry } from "../catalogue/catalogue.ts";
import { findProperty } from "../catalogue/effective.ts";
import type { PropertyEntry } from "../catalogue/entry.ts";
import { readSnapshot } from "../db/store.ts";
import { ExitCode } from "../exit-codes.ts";
import { harmless } from "../format/harmless.ts";
import { ruleKinds, ruleLists } from "../mail/rules.ts";
import { Settings } from "../mail/settings.ts";
import { TemplateLibrary } from "../template/library.ts";
import type { Argument, Command, CommandInfo, Handler, Option } from "./command.ts";
import { commands, commonOptions } from "./command-table.ts";
import { type Candidate, heldMessages, publicMailboxes, queuedMessages } from "./complete-live.ts";
import { type CommandContext, findHostName, loadCatalogue } from "./context.ts";
import { type KnownKey, knownKeys } from "./filter/dkim-keys.ts";
import { summaryOf } from "./history.ts";
import type { Family } from "./people/family.ts";
import { families } from "./people/people-commands.ts";
import { connectorFamily } from "./remote/connector-family.ts";
import { syncFamily } from "./remote/sync/sync-family.ts";
import { revisionsAfter } from "./revisions.ts";
import { verbs } from "./verb-table.ts";

/** More of them would not fit on a screen. */
const offeredRevisions = 20;

/** Candidates for the last of the words; the first is the command's name. */
export const complete: Handler = async (context, words) => {
  const last = words.at(-1) ?? "";
  const found = await candidates(context, words.slice(0, -1), last);
  // No line can hold a name with what would end it, or steer the terminal; meanings may be senders' words.
  const fitting = found.filter(([word]) => word.startsWith(last) && harmless(word) === word);
  const text = fitting
    .map(([word, meaning]) => `${word}\t${harmless(meaning).replace(/\s+/g, " ")}\n`)
    .join("");
  return { exit: ExitCode.done, text };
};

async function candidates(
  context: CommandContext,
  before: readonly string[],
  last: string,
): Promise<Candidate[]> {
  const [name, ...rest] = before[0] === "mailwright" ? before.slice(1) : before;
  const command = commands.find((known) => known.name === name);
  if (command === undefined) return name === undefined ? commands.filter(isForPeople).map(named) : [];
  if (command.verbs !== undefined) return ofVerbs(context, command, rest, last);
  if (command.takesOptionsAnywhere === true) return ofFreeCommand(context, command, rest, last);
  const options = [...command.options, ...commonOptions];
  const args = withoutOptions(rest, options);
  const asked = options.find((option) => option.value !== undefined && rest.at(-1) === `--${option.name}`);
  if (asked !== undefined && args.length === 0) return (asked.words ?? []).map((word) => [word, ""]);
  if (last.startsWith("-") && args.length === 0)
    return options.map((option) => [`--${option.name}`, option.summary]);
  if (command.name !== "config" && command.name !== "db")
    return argument(context, command, args, undefined, last);
  const [database = "", ...words] = command.name === "config" ? ["configuration", ...args] : args;
  if (database === "") return databases(context);
  const [verbName, ...verbArgs] = words;
  const verb = verbs.find((known) => known.name === verbName);
  if (verbName === undefined) return verbs.map((known) => [known.name, known.summary]);
  return verb === undefined ? [] : argument(context, verb, verbArgs, database, last);
}

const isForPeople = ({ isForEvents }: Command): boolean => isForEvents !== true;

const named = ({ name, summary }: Command): Candidate => [name, summary];

/** Of a command whose first argument chooses among others, or is one of its own. */
async function ofVerbs(
  context: CommandContext,
  command: Command,
  before: readonly string[],
  last: string,
): Promise<Candidate[]> {
  const { verbs = [] } = command;
  const [name, ...rest] = before;
  const verb = verbs.find((known) => known.name === name);
  if (verb !== undefined) return ofFreeCommand(context, verb, rest, last);
  const own = await ofFreeCommand(context, command, before, last);
  return name === undefined ? [...verbs.map(named), ...own] : own;
}

/** Of a command whose options may stand between its arguments, and behind them. */
function ofFreeCommand(
  context: CommandContext,
  command: Command,
  before: readonly string[],
  last: string,
): Candidate[] | Promise<Candidate[]> {
  const options = [...command.options, ...commonOptions];
  const taking = (word: string | undefined): Option | undefined =>
    options.find(({ name, value }) => value !== undefined && word === `--${name}`);
  const asked = taking(before.at(-1));
  if (asked !== undefined) return (asked.words ?? []).map((word) => [word, ""]);
  if (last.startsWith("-")) return options.map((option) => [`--${option.name}`, option.summary]);
  const args = before.filter((word, at) => !word.startsWith("-") && taking(before[at - 1]) === undefined);
  return argument(context, command, args, undefined, last);
}

function withoutOptions(words: readonly string[], options: CommandInfo["options"]): readonly string[] {
  let at = 0;
  for (; at < words.length && (words[at] ?? "").startsWith("-"); at++) {
    const takesValue = options.some(({ name, value }) => value !== undefined && words[at] === `--${name}`);
    if (takesValue) at++;
  }
  return words.slice(at);
}

/**
 * What may stand behind `args`, by the command's kinds of arguments; the last kind repeats. `database` is absent where
 * the command is of all.
 */
async function argument(
  context: CommandContext,
  command: Pick<CommandInfo, "arguments" | "count">,
  args: readonly string[],
  database: string | undefined,
  last: string,
): Promise<Candidate[]> {
  const kinds = command.arguments;
  if (args.length >= command.count[1]) return [];
  const kind: Argument | undefined = kinds[args.length] ?? kinds.at(-1);
  if (kind === "database") return databases(context);
  if (kind === "event") {
    const library = new EventLibrary(context.files, context.paths);
    const events = await Promise.all(library.names().map((name) => library.load(name)));
    return events.map(({ name, description }) => [name, description]);
  }
  if (kind === "template")
    return new TemplateLibrary(context.files, context.paths).targets().map((path) => [path, ""]);
  if (kind === "revision") return revisions(context, database, last);
  if (kind === "queue-id") return queuedMessages(context);
  if (kind === "rule-kind") return ruleKinds.map((name) => [name, ""]);
  if (kind === "rule") return withSettings(context, (settings) => ofRules(settings, args[0]));
  if (kind === "held") return heldMessages(context);
  if (kind === "mailbox") return publicMailboxes(context);
  if (kind === "idle-selector")
    return withSettings(context, (settings) => ofKeys(knownKeys(context, settings), args[0]));
  const family = [...families, connectorFamily, syncFamily].find(({ name }) => name === kind);
  if (family !== undefined) return withSettings(context, (settings) => ofFamily(settings, family));
  return withSettings(context, (settings) =>
    ofRecord(settings, database ?? "configuration", kind, args, kinds),
  );
}

/** Names as people type them: without the domain where it is understood. */
function ofFamily(settings: Settings, family: Family): Candidate[] {
  return [...settings.records(family.database)]
    .filter(({ type }) => family.types.includes(type))
    .map((record) => [
      family.isOfAnyDomain === true ? accountName(record.key) : record.key,
      family.columns[0]?.cell(record) ?? "",
    ]);
}

/** The rules of the kind that the first argument names. */
function ofRules(settings: Settings, word: string | undefined): Candidate[] {
  const kind = ruleKinds.find((known) => known === word);
  return kind === undefined ? [] : ruleLists(settings)[kind].map((entry) => [entry, ""]);
}

/** The selectors of a domain's keys that may be removed. */
function ofKeys(keys: readonly KnownKey[], domain: string | undefined): Candidate[] {
  return keys
    .filter((key) => key.domain === domain?.toLowerCase() && key.use !== "signs" && key.use !== "next")
    .map(({ selector, use }) => [selector, use]);
}

function ofRecord(
  settings: Settings,
  database: string,
  kind: Argument | undefined,
  args: readonly string[],
  kinds: readonly Argument[],
): Candidate[] {
  const [key = ""] = args;
  if (kind === "key")
    return [...settings.records(database)].map((record) => [record.key, record.entry?.text ?? record.type]);
  if (kind === "type") {
    return entriesOf(settings.catalogue, database).flatMap(({ types, text }) =>
      types.map((type): Candidate => [type, text]),
    );
  }
  const typeAt = kinds.indexOf("type");
  const type = typeAt < 0 ? settings.type(database, key) : args[typeAt];
  const entry = findEntry(settings.catalogue, database, key, type);
  const isValue = kind === "pairs" && (args.length - kinds.indexOf("pairs")) % 2 === 1;
  if (isValue) return valuesOf(findProperty(entry, args.at(-1) ?? ""));
  if (kind !== "property" && kind !== "pairs") return [];
  const stored = settings.record(database, key)?.stored.keys() ?? [];
  const known = Object.entries(entry?.properties ?? {}).map(([name, { text }]): Candidate => [name, text]);
  return [
    ...known,
    ...[...stored]
      .filter((name) => !known.some(([other]) => other === name))
      .map((name): Candidate => [name, ""]),
  ];
}

function valuesOf(property: PropertyEntry | undefined): Candidate[] {
  if (property === undefined) return [];
  return acceptedWords(property.kind).map((word) => [word, word === property.default ? "default" : ""]);
}

/** The newest revisions, of one database or of all. */
async function revisions(
  context: CommandContext,
  database: string | undefined,
  last: string,
): Promise<Candidate[]> {
  const all = await revisionsAfter(context, 0);
  const own = all.filter(
    (revision) =>
      database === undefined ||
      (revision.kind === "change" && revision.changes.some((change) => change.database === database)),
  );
  const fitting = own.filter(({ revision }) => String(revision).startsWith(last));
  return fitting
    .slice(-offeredRevisions)
    .reverse()
    .map((revision) => [String(revision.revision), summaryOf(revision)]);
}

async function databases(context: CommandContext): Promise<Candidate[]> {
  return withSettings(context, (settings) => {
    const names = new Set([...settings.catalogue.keys(), ...settings.snapshot.databases()]);
    return [...names].map((name) => [name, "database"]);
  });
}

async function withSettings<T>(context: CommandContext, use: (settings: Settings) => T): Promise<T> {
  const catalogue = await loadCatalogue(context);
  const snapshot = readSnapshot(context.paths.database);
  try {
    return use(new Settings(snapshot, catalogue, () => findHostName(context)));
  } finally {
    snapshot.close();
  }
}
