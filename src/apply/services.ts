import type { ServiceMemory } from "../db/ledger.ts";
import { MailwrightError } from "../errors.ts";
import type { Settings } from "../mail/settings.ts";
import type { System } from "../system/system.ts";
import { type Event, stronger } from "./event.ts";
import type { PlannedFile } from "./plan.ts";
import { planService, type ServiceNeed } from "./service-plan.ts";

/**
 * The services that need a look: of the event, those with a changed file and those whose `status` is another than
 * when they were last adjusted; and all that an earlier apply, of whatever event, left unfinished. Pure.
 */
export function serviceNeeds(
  event: Event,
  changed: readonly PlannedFile[],
  settings: Settings,
  memory: ReadonlyMap<string, ServiceMemory>,
): ServiceNeed[] {
  const needs: ServiceNeed[] = [];
  const wantedOf = (unit: string): ServiceNeed["wanted"] =>
    settings.prop("configuration", unit, "status") === "disabled" ? "disabled" : "enabled";
  for (const [unit, configured] of event.services) {
    const known = memory.get(unit);
    const isTouched = changed.some(({ rendered }) => rendered.metadata.services?.includes(unit) ?? true);
    const action = isTouched ? stronger(known?.action, configured) : known?.action;
    const wanted = wantedOf(unit);
    if (action !== undefined || known?.wanted !== wanted) needs.push({ unit, action, wanted });
  }
  for (const { unit, action } of memory.values()) {
    if (action === undefined || event.services.has(unit)) continue;
    needs.push({ unit, action, wanted: wantedOf(unit) });
  }
  return needs;
}

/** Brings one service to where it is wanted; tells what was done, or why nothing was. */
export async function adjustService(system: System, need: ServiceNeed): Promise<string> {
  const plan = planService(need, await system.services.state(need.unit));
  if ("skipped" in plan) return `${need.unit} ${plan.skipped}: skipped`;
  for (const verb of plan.verbs) {
    const { exit, stderr, timedOut } = await system.services.run(need.unit, verb);
    if (exit === 0) continue;
    throw new MailwrightError(`${need.unit}: ${verb} failed${timedOut ? ": it took too long" : ""}`, {
      code: "SERVICE_FAILED",
      hint: [stderr.trim(), `See: journalctl -u ${need.unit} -n 20`].filter(Boolean).join("\n"),
    });
  }
  return plan.verbs.length === 0
    ? `${need.unit} is as it should be`
    : `${need.unit} ${plan.verbs.join(", ")}`;
}
