import { findProperty } from "../catalogue/effective.ts";
import type { KeptUnit, ServiceMemory } from "../db/ledger.ts";
import type { Settings } from "../mail/settings.ts";
import type { ServiceVerb, System, UnitState } from "../system/system.ts";
import { type Event, stronger } from "./event.ts";
import type { PlannedFile } from "./plan.ts";
import { planService, type ServiceNeed } from "./service-plan.ts";
import { isShared, statusKey } from "./unit-keys.ts";

/**
 * The services that need a look: of the event, those with a changed file and those whose `status` is another than
 * when they were last adjusted; and all that an earlier apply, of whatever event, left unfinished. Only an event
 * that carries out the `status` of a key starts or stops its unit. Pure.
 */
export function serviceNeeds(
  event: Event,
  changed: readonly PlannedFile[],
  settings: Settings,
  memory: ReadonlyMap<string, ServiceMemory>,
): ServiceNeed[] {
  const needs: ServiceNeed[] = [];
  for (const [unit, configured] of event.services) {
    const known = memory.get(unit);
    const isTouched = changed.some(({ rendered }) => concerns(rendered.metadata.services, unit));
    const action = isTouched ? stronger(known?.action, configured) : known?.action;
    const wanted = wantedState(event, settings, unit);
    const isNews = wanted !== "as it is" && known?.wanted !== wanted;
    if (action !== undefined || isNews) needs.push({ unit, action, wanted });
  }
  for (const { unit, action } of memory.values()) {
    if (action === undefined || event.services.has(unit)) continue;
    needs.push({ unit, action, wanted: wantedState(event, settings, unit) });
  }
  return needs;
}

/** Whether a file concerns a unit; one whose template names no services concerns all of its event. */
export function concerns(services: readonly string[] | undefined, unit: string): boolean {
  return services?.includes(unit) ?? true;
}

function wantedState(event: Event, settings: Settings, unit: string): ServiceNeed["wanted"] {
  if (isShared(unit)) return "as it is";
  const record = settings.record("configuration", statusKey(unit));
  const status = findProperty(record?.entry, "status");
  if (record === undefined || status === undefined) return "enabled";
  if (!status.events.some((name) => event.carriesOut.includes(name))) return "as it is";
  return record.prop("status") === "disabled" ? "disabled" : "enabled";
}

/** What became of one service. */
export interface Adjusted {
  readonly need: ServiceNeed;
  /** How it was before. */
  readonly before: UnitState;
  readonly verbs: readonly ServiceVerb[];
  /** It could not be adjusted here, and why: what it needs is not done. */
  readonly skipped: string | undefined;
  /** What failed: a verb, in a clause, with the service manager's words. */
  readonly failure?: { readonly reason: string; readonly words: string };
}

/**
 * Brings one service to where it is wanted, as far as its verbs succeed. `beforehand` is told how it was and what will
 * be done to it, where anything will.
 */
export async function adjustService(
  system: System,
  need: ServiceNeed,
  beforehand: (unit: KeptUnit) => void,
): Promise<Adjusted> {
  const before = await system.services.state(need.unit);
  const plan = planService(need, before);
  if ("skipped" in plan) return { need, before, verbs: [], skipped: plan.skipped };
  const { active, failed, enabled } = before;
  const { unit, wanted } = need;
  if (plan.verbs.length > 0) beforehand({ unit, active, failed, enabled, wanted, verbs: plan.verbs });
  const verbs: ServiceVerb[] = [];
  for (const verb of plan.verbs) {
    const { exit, stderr, timedOut } = await system.services.run(need.unit, verb);
    verbs.push(verb);
    if (exit === 0) continue;
    const reason = `${verb} failed${timedOut ? ": it took too long" : ""}`;
    return { need, before, verbs, skipped: undefined, failure: { reason, words: stderr.trim() } };
  }
  return { need, before, verbs, skipped: undefined };
}

/** One service in words: `postfix reload`. */
export function adjustedText({ need: { unit }, verbs, skipped, failure }: Adjusted): string {
  if (skipped !== undefined) return `${unit} ${skipped}: skipped`;
  if (failure !== undefined) return `${unit} ${failure.reason}`;
  return `${unit} ${verbs.length === 0 ? "is as it should be" : verbs.join(", ")}`;
}

/** Whether the unit was brought to work with other files than before, so that it must be seen to run. */
export function isToBeVerified({ verbs }: Adjusted): boolean {
  return verbs.some((verb) => verb === "start" || verb === "reload" || verb === "restart");
}

/** What the ledger is told of units before their files are written, where it does not know it yet. */
export function pendingServices(
  needs: readonly ServiceNeed[],
  memory: ReadonlyMap<string, ServiceMemory>,
): ServiceMemory[] {
  return needs.flatMap(({ unit, action, wanted }) => {
    const known = memory.get(unit);
    const remembered = wanted === "as it is" ? (known?.wanted ?? "") : "";
    return known?.action === action && known?.wanted === remembered
      ? []
      : [{ unit, wanted: remembered, action }];
  });
}

/** What the ledger is told of units that are as they are wanted. What was skipped, or failed, is still to be done. */
export function settledServices(
  memory: ReadonlyMap<string, ServiceMemory>,
  adjusted: readonly Adjusted[],
): ServiceMemory[] {
  return adjusted
    .filter(({ skipped, failure }) => skipped === undefined && failure === undefined)
    .map(({ need: { unit, wanted } }) => ({
      unit,
      wanted: wanted === "as it is" ? (memory.get(unit)?.wanted ?? "") : wanted,
      action: undefined,
    }));
}
