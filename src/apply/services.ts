import { findProperty } from "../catalogue/effective.ts";
import type { ServiceMemory } from "../db/ledger.ts";
import { MailwrightError } from "../errors.ts";
import type { Settings } from "../mail/settings.ts";
import type { System } from "../system/system.ts";
import { type Event, stronger } from "./event.ts";
import type { PlannedFile } from "./plan.ts";
import { planService, type ServiceNeed } from "./service-plan.ts";

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
  const record = settings.record("configuration", unit);
  const status = findProperty(record?.entry, "status");
  if (record === undefined || status === undefined) return "enabled";
  if (!status.events.some((name) => event.carriesOut.includes(name))) return "as it is";
  return record.prop("status") === "disabled" ? "disabled" : "enabled";
}

/** What became of one service. */
interface Adjusted {
  /** It could not be adjusted here: what it needs is not done. */
  readonly skipped: boolean;
  readonly text: string;
}

/** Brings one service to where it is wanted. */
export async function adjustService(system: System, need: ServiceNeed): Promise<Adjusted> {
  const plan = planService(need, await system.services.state(need.unit));
  if ("skipped" in plan) return { skipped: true, text: `${need.unit} ${plan.skipped}: skipped` };
  for (const verb of plan.verbs) {
    const { exit, stderr, timedOut } = await system.services.run(need.unit, verb);
    if (exit === 0) continue;
    throw new MailwrightError(`${need.unit}: ${verb} failed${timedOut ? ": it took too long" : ""}`, {
      code: "SERVICE_FAILED",
      hint: [stderr.trim(), `See: journalctl -u ${need.unit} -n 20`].filter(Boolean).join("\n"),
    });
  }
  const done = plan.verbs.length === 0 ? "is as it should be" : plan.verbs.join(", ");
  return { skipped: false, text: `${need.unit} ${done}` };
}
