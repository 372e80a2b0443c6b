import { EventLibrary } from "../apply/event.ts";
import { refused } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import { columns } from "../format/table.ts";
import { applyOptions } from "./apply-options.ts";
import type { Handler, Result } from "./command.ts";
import { explainEvent } from "./explain-event.ts";
import { rehearseEvent } from "./rehearse-event.ts";
import { runEvent } from "./run-event.ts";

export const signalEvent: Handler = async (context, [name, ...args], options) => {
  const library = new EventLibrary(context.files, context.paths);
  if (options["list"] === true) return listEvents(library);
  if (name === undefined) throw refused("which event?", "USAGE", "known: signal-event --list");
  refuseOptions(name, args);
  const event = await library.load(name);
  if (options["explain"] === true) return explainEvent(event);
  const run = { event, args };
  return options["dry-run"] === true ? rehearseEvent(context, run, options) : runEvent(context, run, options);
};

const ownOptions = [...applyOptions.map((option) => option.name), "help", "explain", "list"].map(
  (option) => `--${option}`,
);

/** Behind the event an option of this command would be an argument, and `--dry-run` there would apply. */
function refuseOptions(name: string, args: readonly string[]): void {
  const option = args.find((argument) => ownOptions.includes(argument));
  if (option !== undefined)
    throw refused(
      `${option} stands behind the event, where its arguments are`,
      "USAGE",
      `accepted: signal-event ${option} ${name}. Nothing was touched.`,
    );
}

async function listEvents(library: EventLibrary): Promise<Result> {
  const events = await Promise.all(library.names().map((name) => library.load(name)));
  const rows = events.map(({ name, description }) => ({ name, description }));
  return {
    exit: ExitCode.done,
    data: rows,
    view: (style) => columns(rows.map(({ name, description }) => [style.strong(name), description])),
  };
}
