import type { System, UnitHealth } from "../system/system.ts";
import type { Listener } from "./listeners.ts";
import { reloadRefusals } from "./reload-refusals.ts";

/** Milliseconds that a unit's processes must live on after it was adjusted. */
const settling = 1000;

/** Milliseconds between two looks. */
const interval = 200;

/** Milliseconds within which each port must answer: Rspamd takes up to 12 s to read its maps and rules. */
const patience = 30_000;

/** Milliseconds that one question to a port may take. */
const question = 2000;

/** What is wrong with a unit after it was adjusted. */
export interface Failure {
  readonly unit: string;
  /** A clause: `postfix@-.service failed`, `port 25 does not answer`. */
  readonly reason: string;
  /** The line that configures what does not work, where one does. */
  readonly listener?: Listener;
}

/**
 * Looks whether units that were adjusted at the time `since` run, live on for a second with the same main processes,
 * have taken their new files, and answer on their ports. All are watched side by side. Returns what is wrong; nothing
 * where all is well.
 */
export async function verifyUnits(
  system: System,
  units: readonly string[],
  listeners: readonly Listener[],
  since: number,
): Promise<Failure[]> {
  const found = await Promise.all(
    units.map((unit) =>
      verifyUnit(
        system,
        unit,
        listeners.filter((listener) => listener.unit === unit),
        since,
      ),
    ),
  );
  return found.flatMap((failure) => failure ?? []);
}

async function verifyUnit(
  system: System,
  unit: string,
  listeners: readonly Listener[],
  since: number,
): Promise<Failure | undefined> {
  const { services, clock } = system;
  const first = await services.health(unit);
  if (!first.running) return { unit, reason: first.state };
  const settled = clock.ticks() + settling;
  while (clock.ticks() < settled) {
    await clock.sleep(interval);
    const reason = trouble(first, await services.health(unit));
    if (reason !== undefined) return { unit, reason };
  }
  const refusal = reloadRefusals.get(unit);
  if (refusal !== undefined && (await services.errorsSince(unit, since)).some((line) => refusal.test(line)))
    return { unit, reason: "it has not taken the new files" };
  // Not before: after a reload the old workers of some daemons answer until the new ones are there.
  const asked = await Promise.all(listeners.map((listener) => awaitAnswer(system, unit, listener)));
  return asked.find((failure) => failure !== undefined);
}

/** What became of a unit since it was first looked at; nothing where it goes on as it was. */
function trouble(first: UnitHealth, now: UnitHealth): string | undefined {
  if (!now.running) return now.state;
  const died = first.processes.filter((process) => !now.processes.includes(process));
  return died.length === 0 ? undefined : `its main process ${died[0]} has ended and was started again`;
}

/** Asks until the port answers; gives up when the unit no longer runs or its time is over. */
async function awaitAnswer(system: System, unit: string, listener: Listener): Promise<Failure | undefined> {
  const { clock, network, services } = system;
  const end = clock.ticks() + patience;
  while (!(await network.answers(listener, question))) {
    const { running, state } = await services.health(unit);
    if (!running) return { unit, reason: state };
    if (clock.ticks() >= end) {
      const seconds = Math.round(patience / 1000);
      return { unit, reason: `port ${listener.port} does not answer within ${seconds} s`, listener };
    }
    await clock.sleep(interval);
  }
  return undefined;
}
