import type { PlannedFile } from "../apply/plan.ts";
import { isShared } from "../apply/unit-keys.ts";
import type { Ledger } from "../db/ledger.ts";
import { antivirus, isUnscanned } from "../mail/antivirus.ts";
import type { Settings } from "../mail/settings.ts";
import type { System } from "../system/system.ts";
import type { CommandContext } from "./context.ts";
import { knownKeys } from "./filter/dkim-keys.ts";
import { openSettings } from "./open-settings.ts";
import type { Status } from "./status-view.ts";

/** Units that serve viruses' scanning alone: while nothing is scanned, nobody waits for them. */
const scanners: ReadonlySet<string> = new Set(["clamav-daemon", "clamav-freshclam"]);

/** Whether somebody waits for what a unit does, where it is switched on. */
export const isAwaited = (settings: Settings, unit: string): boolean =>
  antivirus(settings).active || !scanners.has(unit);

/** What of the filter's work is not done although it is meant to be, and that no unit or file shows. */
export function filterTroubles(
  context: CommandContext,
  settings: Settings,
): Pick<Status, "lostKeys" | "isUnscanned"> {
  const keys = knownKeys(context, settings);
  return {
    lostKeys: keys
      .filter(({ use, isLost }) => isLost && (use === "signs" || use === "next"))
      .map(({ domain, selector, use }) => ({ domain, selector, use })),
    isUnscanned: isUnscanned(settings),
  };
}

/** Units that were brought to run by an event and do not. */
export async function failedUnits(
  context: CommandContext,
  system: System,
  ledger: Ledger,
): Promise<Status["failed"]> {
  const wanted = [...ledger.services().values()].filter(({ wanted }) => wanted === "enabled");
  const units = wanted.map(({ unit }) => unit);
  const awaited = await openSettings(context, (settings) =>
    units.filter((unit) => isAwaited(settings, unit)),
  );
  return stopped(system, awaited);
}

/** Units that the administrator starts and stops, and that do not run although a file is made for them. */
export function stoppedShared(system: System, files: readonly PlannedFile[]): Promise<Status["failed"]> {
  const made = files.filter(({ bytes }) => bytes !== undefined);
  const units = made.flatMap(({ rendered }) => rendered.metadata.services ?? []).filter(isShared);
  return stopped(system, [...new Set(units)]);
}

async function stopped(system: System, units: readonly string[]): Promise<Status["failed"]> {
  const looked = await Promise.all(
    units.map(async (unit) => {
      const { load } = await system.services.state(unit);
      return { unit, load, ...(await system.services.health(unit)) };
    }),
  );
  return looked
    .filter(({ load, running }) => load === "loaded" && !running)
    .map(({ unit, state }) => ({ unit, state }));
}
