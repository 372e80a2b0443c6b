import { nearest } from "../catalogue/suggest.ts";
import { readSnapshot, writeTransaction } from "../db/store.ts";
import { MailwrightError, refused } from "../errors.ts";
import { Settings } from "../mail/settings.ts";
import { utf8Text } from "../system/utf8.ts";
import type { Handler, OptionValues, Result } from "./command.ts";
import { authorOf, type CommandContext, findHostName, loadCatalogue } from "./context.ts";
import type { Verb } from "./verb.ts";
import { verbs } from "./verb-table.ts";

/** `config VERB …` is `db configuration VERB …`. */
export const config: Handler = (context, args, options) => runVerb(context, "configuration", args, options);

export const db: Handler = (context, [database, ...args], options) => {
  if (database === undefined)
    throw refused("which database?", "USAGE", `accepted: ${context.program} [OPTION]… NAME VERB [ARGUMENT]…`);
  if (!/^[A-Za-z0-9][\w.-]*$/.test(database)) {
    throw refused(
      `${JSON.stringify(database)} is no name of a database`,
      "USAGE",
      "accepted: a name such as accounts or domains",
    );
  }
  return runVerb(context, database, args, options);
};

async function runVerb(
  context: CommandContext,
  database: string,
  [name, ...given]: readonly string[],
  options: OptionValues,
): Promise<Result> {
  const verb = findVerb(context, name);
  const args = options["stdin"] === true ? [...given, valueFromStdin(context)] : given;
  const [least, most] = verb.count;
  if (args.length < least || args.length > most) {
    const problem = args.length < least ? "needs more arguments" : "takes fewer arguments";
    const misplaced = args.slice(most).some((word) => word.startsWith("--"))
      ? ` Options stand before ${/\bdb$/.test(context.program) ? "the database and " : ""}the verb.`
      : "";
    throw refused(
      `${verb.name} ${problem}${misplaced && `.${misplaced}`}`,
      "USAGE",
      `accepted: ${usage(context, verb)}`,
    );
  }
  const catalogue = await loadCatalogue(context);
  const { stored, yaml, force } = options;
  const common = { database, context, storedOnly: stored === true, yaml: yaml === true };
  if (verb.effects === "read") {
    const handler = await verb.load();
    const snapshot = readSnapshot(context.paths.database);
    try {
      return handler(
        { ...common, settings: new Settings(snapshot, catalogue, () => findHostName(context)) },
        args,
      );
    } finally {
      snapshot.close();
    }
  }
  refuseReplaced(given);
  const handler = await verb.load();
  const source = verb.source?.(args);
  const input = source === undefined ? "" : readSource(context, source);
  return writeTransaction(context.paths.database, authorOf(context), (writer) => {
    const settings = new Settings(writer.snapshot, catalogue, () => findHostName(context));
    return handler({ ...common, settings, writer, input, force: force === true }, args);
  });
}

/** What was not UTF-8 on the command line has become U+FFFD before this program sees it, and cannot be kept. */
function refuseReplaced(args: readonly string[]): void {
  if (!args.some((word) => word.includes("\uFFFD"))) return;
  throw refused(
    "an argument is not in UTF-8",
    "NOT_UTF8",
    "look at LANG and the terminal, or give the value on standard input: --stdin. Nothing was stored.",
  );
}

function readSource(context: CommandContext, path: string): string {
  if (path === "-") return context.stdin();
  const bytes = context.files.read(path);
  if (bytes === undefined) {
    throw new MailwrightError(`there is no file ${path}`, { code: "NO_FILE", hint: "Nothing was stored." });
  }
  const text = utf8Text(bytes);
  if (text !== undefined) return text;
  const hint = `convert it first, for example: iconv -f latin1 -t utf8 ${path} | db NAME import -`;
  throw refused(`${path} is not in UTF-8`, "NOT_UTF8", hint);
}

function findVerb(context: CommandContext, name: string | undefined): Verb {
  const verb = verbs.find((known) => known.name === name);
  if (verb !== undefined) return verb;
  if (name === undefined) throw refused("which verb?", "USAGE", `see: ${context.program} --help`);
  const meant = nearest(
    name,
    verbs.map((known) => known.name),
  );
  const misplaced = name.startsWith("-") ? " Options stand before the database and the verb." : "";
  throw refused(
    `there is no verb ${name}.${meant === undefined ? "" : ` Did you mean ${meant}?`}${misplaced}`,
    "UNKNOWN_VERB",
    `see: ${context.program} --help`,
  );
}

function usage(context: CommandContext, verb: Verb): string {
  const name = /\bdb$/.test(context.program) ? `${context.program} NAME` : context.program;
  return `${name} ${verb.name} ${verb.synopsis}`.trimEnd();
}

/** One line break at the end is the shell's, not the value's. */
function valueFromStdin(context: CommandContext): string {
  return context.stdin().replace(/\r?\n$/, "");
}
