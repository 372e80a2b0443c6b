import { EventLibrary } from "../apply/event.ts";
import { refused } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import { columns } from "../format/table.ts";
import type { Handler, Result } from "./command.ts";
import { explainEvent } from "./explain-event.ts";
import { rehearseEvent } from "./rehearse-event.ts";
import { runEvent } from "./run-event.ts";

export const signalEvent: Handler = async (context, [name, ...args], options) => {
  const library = new EventLibrary(context.files, context.paths);
  if (options["list"] === true) return listEvents(library);
  if (name === undefined) throw refused("which event?", "USAGE", "known: signal-event --list");
  const event = await library.load(name);
  if (options["explain"] === true) return explainEvent(event);
  const run = { event, args };
  return options["dry-run"] === true ? rehearseEvent(context, run, options) : runEvent(context, run, options);
};

async function listEvents(library: EventLibrary): Promise<Result> {
  const events = await Promise.all(library.names().map((name) => library.load(name)));
  const rows = events.map(({ name, description }) => ({ name, description }));
  return {
    exit: ExitCode.done,
    data: rows,
    view: (style) => columns(rows.map(({ name, description }) => [style.strong(name), description])),
  };
}
