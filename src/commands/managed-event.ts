import { combineEvents, type LoadedCall, necessaryCalls } from "../apply/combine-events.ts";
import { type Event, type EventCall, EventLibrary, type ServiceAction } from "../apply/event.ts";
import type { Ledger } from "../db/ledger.ts";
import type { Settings } from "../mail/settings.ts";
import type { CommandContext } from "./context.ts";
import { type Doomed, doomedRecords, markedKeys } from "./deleted-record.ts";
import { eventCalls, pendingChanges } from "./pending-changes.ts";

/** The events that apply what is pending, in the order in which it was set, without those that others carry out. */
export async function pendingCalls(context: CommandContext, settings: Settings): Promise<LoadedCall[]> {
  const library = new EventLibrary(context.files, context.paths);
  const known = library.names();
  const changes = pendingChanges(settings).toSorted((left, right) => left.revision - right.revision);
  const calls = eventCalls(changes, known).flatMap((call) => call ?? []);
  calls.push(...(await unfinishedDeletions(library, settings)));
  const once = new Map(calls.map((call) => [JSON.stringify(call), call]));
  const loaded = [...once.values()].map(async ({ event, args }) => ({
    event: await library.load(event),
    args,
  }));
  return necessaryCalls(await Promise.all(loaded));
}

/** The delete events of records that are marked, and so were not carried out to their ends. */
async function unfinishedDeletions(library: EventLibrary, { snapshot }: Settings): Promise<EventCall[]> {
  const marked = snapshot.databases().flatMap((database) => {
    return markedKeys(snapshot, database).map((key) => ({ database, key }));
  });
  if (marked.length === 0) return [];
  const events = await Promise.all(library.names().map((name) => library.load(name)));
  return marked.flatMap(({ database, key }) => {
    const type = snapshot.type(database, key)?.replace(/-deleted$/, "");
    const own = events.filter(({ deletes }) => deletes === database);
    const event = own.find(({ name }) => name === `${type}-delete`) ?? own[0];
    return event === undefined ? [] : [{ event: event.name, args: [key] }];
  });
}

/** The records that these calls delete. */
export function doomedBy(calls: readonly LoadedCall[]): Doomed[] {
  return calls.flatMap(({ event, args }) => doomedRecords(event, args));
}

/** What is pending, as one event. */
export function pendingEvent(calls: readonly LoadedCall[]): Event {
  return combineEvents("apply", "what is set and not applied yet", calls);
}

/**
 * An event that makes every file that mailwright has made, and those of every event that was carried out, so that all
 * become what the settings say. Of two actions that events ask of a service it has the gentler one.
 */
export async function managedEvent(context: CommandContext, ledger: Ledger): Promise<Event> {
  const library = new EventLibrary(context.files, context.paths);
  const events = await Promise.all(library.names().map((name) => library.load(name)));
  const made = new Set([...ledger.managedFiles().values()].map(({ template }) => template));
  const applied = ledger.appliedRevisions();
  const targets = new Set(made);
  for (const event of events) {
    if (applied.has(event.name)) for (const target of event.templates) targets.add(target);
  }
  const known = new Set(events.flatMap(({ templates }) => templates));
  const services = new Map<string, ServiceAction>();
  // An event that was never signalled has no say: it would start what nobody has asked for.
  for (const event of events.filter(({ name }) => applied.has(name))) {
    for (const [unit, action] of event.services)
      if (services.get(unit) !== "reload") services.set(unit, action);
  }
  return {
    name: "all",
    description: "every file that mailwright makes",
    carriesOut: [],
    // A template that no event has any more may be gone.
    templates: [...targets].filter((target) => known.has(target)).sort(),
    services,
    changes: [],
    isIrreversible: false,
    scripts: [],
    skipped: [],
  };
}
