import { meanwhileOf } from "../../apply/patient-units.ts";
import type { ServiceMemory } from "../../db/ledger.ts";
import type { System, UnitHealth, UnitState } from "../../system/system.ts";
import { isAwaited } from "../status-troubles.ts";
import type { Check } from "./check.ts";
import { critical, type Finding, warning } from "./finding.ts";
import { type Restarts, restartsOf } from "./restarts.ts";

/** A unit as it is, and as an event last brought it. */
export interface UnitFacts extends Pick<UnitState, "load" | "active" | "enabled"> {
  readonly unit: string;
  readonly wanted: "enabled" | "disabled";
  readonly health: Pick<UnitHealth, "running" | "state">;
  readonly restarts: Restarts | undefined;
}

/** Restarts within an hour, of seconds, that are more than one bad moment. */
const flapping = 3;
const recent = 3600;

export const units: Check = {
  name: "units",
  about:
    "units that the settings switch on run, start at boot and do not die again and again; others do not run",
  isOfMachine: true,
  look: async ({ system, settings, ledger }) => {
    const known = [...ledger.services().values()].filter(({ unit }) => isAwaited(settings, unit));
    const facts = await Promise.all(known.map((memory) => factsOf(system, memory)));
    return facts.flatMap((unit) => (unit === undefined ? [] : judgeUnit(unit)));
  },
};

async function factsOf(system: System, { unit, wanted }: ServiceMemory): Promise<UnitFacts | undefined> {
  if (wanted !== "enabled" && wanted !== "disabled") return undefined;
  const [{ load, active, enabled }, health, restarts] = await Promise.all([
    system.services.state(unit),
    system.services.health(unit),
    restartsOf(system, unit),
  ]);
  return { unit, wanted, load, active, enabled, health, restarts };
}

/** A unit that is not installed here is for the check of versions. */
export function judgeUnit({ unit, wanted, load, active, enabled, health, restarts }: UnitFacts): Finding[] {
  if (load === "absent") return [];
  if (wanted === "disabled")
    return active
      ? [warning(`${unit} runs, though the settings switch it off`, unit, `systemctl disable --now ${unit}`)]
      : [];
  if (load === "masked")
    return [
      critical(`${unit} is masked, though the settings switch it on`, unit, `systemctl unmask ${unit}`),
    ];
  if (!health.running) {
    const advice = /failed/.test(health.state) ? `journalctl -u ${unit} -n 20` : `systemctl start ${unit}`;
    const meanwhile = meanwhileOf(unit);
    const what = `${unit} does not run: ${health.state}${meanwhile && `; ${meanwhile}`}`;
    return [critical(what, unit, advice)];
  }
  return [
    ...(enabled ? [] : [warning(`${unit} does not start at boot`, unit, `systemctl enable ${unit}`)]),
    ...judgeRestarts(unit, restarts),
  ];
}

/** Where there is no journal it is only known that the last restart of some is of this hour. */
function judgeRestarts(unit: string, restarts: Restarts | undefined): Finding[] {
  if (restarts === undefined || restarts.secondsSinceStart >= recent) return [];
  const { count, lastHour } = restarts;
  const [judge, times, when] =
    lastHour === undefined
      ? ([warning, count, "since somebody last started it"] as const)
      : ([critical, lastHour, "within the last hour"] as const);
  if (times < flapping) return [];
  const what = `${unit} has died and was started again ${times} times ${when}`;
  return [judge(what, unit, `journalctl -u ${unit} -n 50`)];
}
