import { nearest } from "../catalogue/suggest.ts";
import { readSnapshot, writeTransaction } from "../db/store.ts";
import { refused } from "../errors.ts";
import { Settings } from "../mail/settings.ts";
import type { Handler, OptionValues, Result } from "./command.ts";
import { authorOf, type CommandContext, findHostName, loadCatalogue } from "./context.ts";
import type { Verb } from "./verb.ts";
import { verbs } from "./verb-table.ts";

/** `config VERB …` is `db configuration VERB …`. */
export const config: Handler = (context, args, options) => runVerb(context, "configuration", args, options);

export const db: Handler = (context, [database, ...args], options) => {
  if (database === undefined)
    throw refused("which database?", "USAGE", "accepted: db [OPTION]… NAME VERB [ARGUMENT]…");
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
    throw refused(`${verb.name} ${problem}`, "USAGE", `accepted: ${usage(context, verb)}`);
  }
  const catalogue = await loadCatalogue(context);
  const host = findHostName(context);
  const { stored, yaml, force } = options;
  const common = { database, context, storedOnly: stored === true, yaml: yaml === true };
  if (verb.effects === "read") {
    const handler = await verb.load();
    const snapshot = readSnapshot(context.paths.database);
    try {
      return handler({ ...common, settings: new Settings(snapshot, catalogue, host) }, args);
    } finally {
      snapshot.close();
    }
  }
  const handler = await verb.load();
  return writeTransaction(context.paths.database, authorOf(context), (writer) => {
    const settings = new Settings(writer.snapshot, catalogue, host);
    return handler({ ...common, settings, writer, force: force === true }, args);
  });
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
  const name = context.program === "db" ? "db NAME" : context.program;
  return `${name} ${verb.name} ${verb.synopsis}`.trimEnd();
}

/** One line break at the end is the shell's, not the value's. */
function valueFromStdin(context: CommandContext): string {
  return context.stdin().replace(/\r?\n$/, "");
}
