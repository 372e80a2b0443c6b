import { type Event, type Script, type ServiceAction, stronger } from "./event.ts";

/** A signalled event with its arguments. */
export interface LoadedCall {
  readonly event: Event;
  readonly args: readonly string[];
}

/** Without the calls that another one carries out as well. An event with arguments stands for its record. Pure. */
export function necessaryCalls(calls: readonly LoadedCall[]): LoadedCall[] {
  return calls.filter(
    ({ event, args }, index) =>
      args.length > 0 ||
      !calls.some(
        (other, at) =>
          at !== index &&
          other.event.carriesOut.includes(event.name) &&
          (other.event.name !== event.name || at < index),
      ),
  );
}

/**
 * Many events as one, carried out in one pass: every file is made once, every service adjusted once, by the stronger
 * of what is asked for; each script runs, and settings are changed, with the event and arguments that they belong to. Pure.
 */
export function combineEvents(name: string, description: string, calls: readonly LoadedCall[]): Event {
  const services = new Map<string, ServiceAction>();
  const scripts = new Map<string, Script>();
  const skipped = new Map<string, Script>();
  for (const { event, args } of calls) {
    for (const [unit, action] of event.services) services.set(unit, stronger(services.get(unit), action));
    for (const script of event.scripts) {
      const id = JSON.stringify([script.path, args]);
      if (!scripts.has(id)) scripts.set(id, { ...script, call: { event: event.name, args } });
    }
    for (const script of event.skipped) skipped.set(script.path, script);
  }
  const all = (list: (event: Event) => readonly string[]): string[] => [
    ...new Set(calls.flatMap(({ event }) => list(event))),
  ];
  return {
    name,
    description,
    carriesOut: all(({ carriesOut }) => carriesOut),
    templates: all(({ templates }) => templates),
    services,
    changes: calls.flatMap(({ event, args }) =>
      event.changes.map((change) => ({ call: { event: event.name, args }, ...change })),
    ),
    isIrreversible: calls.some(({ event }) => event.isIrreversible),
    scripts: [...scripts.values()],
    skipped: [...skipped.values()],
  };
}
