import type { ServiceVerb, UnitState } from "../system/system.ts";
import type { ServiceAction } from "./event.ts";

/** What is known of a service before it is adjusted. */
export interface ServiceNeed {
  readonly unit: string;
  /** What a changed file, or an earlier apply that did not get so far, asks for. */
  readonly action: ServiceAction | undefined;
  /** From the property `status` of the unit's key; `as it is` where the event does not decide that. */
  readonly wanted: "enabled" | "disabled" | "as it is";
}

/** The verbs that bring a unit to where it is wanted, or why it is left alone. Pure. */
export type ServicePlan = { readonly verbs: readonly ServiceVerb[] } | { readonly skipped: string };

/**
 * One just started is not reloaded as well; one that died is restarted, for it may have died of what an apply that was cut
 * off had written; a masked or absent unit is left alone.
 */
export function planService(need: ServiceNeed, state: UnitState): ServicePlan {
  if (state.load === "absent") return { skipped: "is not installed" };
  if (state.load === "masked") return { skipped: "is masked" };
  if (need.wanted === "disabled") {
    return {
      verbs: [...(state.active ? ["stop" as const] : []), ...(state.enabled ? ["disable" as const] : [])],
    };
  }
  if (need.wanted === "as it is") {
    if (need.action === undefined) return { verbs: [] };
    return { verbs: state.failed ? ["restart"] : state.active ? [need.action] : [] };
  }
  const enable = state.enabled ? [] : ["enable" as const];
  if (state.failed) return { verbs: [...enable, "restart"] };
  if (!state.active) return { verbs: [...enable, "start"] };
  return { verbs: need.action === undefined ? enable : [...enable, need.action] };
}
