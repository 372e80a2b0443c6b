import { dirname } from "node:path";
import type { KeepReason, KeptFile, Ledger, ManagedFile, ServiceMemory } from "../db/ledger.ts";
import type { Paths } from "../paths.ts";
import type { Replacement, ServiceVerb, System, UnitHealth } from "../system/system.ts";
import { TemplateLibrary } from "../template/library.ts";
import { findListeners } from "./listeners.ts";
import { absentHash, hashOf } from "./plan.ts";
import type { Adjusted } from "./services.ts";
import { verifyUnits } from "./verify.ts";

interface RestoreEnvironment {
  readonly system: System;
  readonly paths: Paths;
  readonly ledger: Ledger;
}

/** What a restore came to. */
export interface Restored {
  readonly files: readonly string[];
  /** The units that run with the old files again, in words: `postfix restart`. */
  readonly services: readonly string[];
  /** What could not be brought back, a sentence each; empty where all is as it was. */
  readonly problems: readonly string[];
}

/**
 * Puts back what the ledger keeps for these reasons (for a path that is kept for two, what the later one says), brings the units concerned to how they were and to the old files, and looks
 * whether they run. `adjusted` is what this apply has done to units already. Killed at any point, the ledger
 * still asks for all that is not done.
 */
export async function restore(
  environment: RestoreEnvironment,
  reasons: readonly KeepReason[],
  adjusted: readonly Adjusted[],
): Promise<Restored> {
  const { ledger } = environment;
  const all = reasons.flatMap((reason) => ledger.keptFiles(reason));
  const kept = [...new Map(all.map((file) => [file.path, file])).values()];
  const units = [
    ...new Set([...kept.flatMap((file) => file.units), ...adjusted.map(({ need }) => need.unit)]),
  ];
  ledger.together(() => {
    ledger.recordFiles(eitherWay(kept, ledger.managedFiles()), []);
    ledger.recordServices(pending(ledger, units));
  });
  putBack(environment, kept);
  ledger.together(() => {
    const known = kept.flatMap(({ managed }) => managed ?? []);
    const gone = kept.filter(({ managed }) => managed === undefined).map(({ path }) => path);
    ledger.recordFiles(known, gone);
  });
  const services: string[] = [];
  const problems: string[] = [];
  const awake: string[] = [];
  for (const unit of units) {
    const { verbs, failure, runs } = await bringBack(environment.system, unit, adjusted);
    if (verbs.length > 0) services.push(`${unit} ${verbs.join(", ")}`);
    if (failure !== undefined) problems.push(`${unit}: ${failure}`);
    else if (runs && verbs.length > 0) awake.push(unit);
  }
  const { system, paths } = environment;
  const library = new TemplateLibrary(system.files, paths);
  const listeners = await findListeners(
    system,
    paths,
    library,
    ledger.managedFiles().values(),
    new Set(awake),
  );
  for (const { unit, reason: what } of await verifyUnits(system, awake, listeners))
    problems.push(`${unit} does not run with the old files either: ${what}`);
  ledger.together(() => {
    ledger.recordServices(settled(ledger, units, adjusted, problems.length > 0));
    for (const reason of reasons) ledger.forgetKept(reason);
  });
  return { files: kept.map(({ path }) => path), services, problems };
}

/** Until all is put back, a file may hold what it holds now or what it held; one that is gone now may be back. */
function eitherWay(kept: readonly KeptFile[], now: ReadonlyMap<string, ManagedFile>): ManagedFile[] {
  return kept.flatMap(({ path, bytes, managed }) => {
    const known = now.get(path) ?? managed;
    if (known === undefined) return [];
    const old = bytes === undefined ? absentHash : hashOf(bytes);
    const hashes = now.has(path) ? known.hash.split(" ") : [absentHash];
    return [{ ...known, hash: [...new Set([...hashes, old])].join(" ") }];
  });
}

function pending(ledger: Ledger, units: readonly string[]) {
  const known = ledger.services();
  return units.map((unit) => ({
    unit,
    wanted: known.get(unit)?.wanted ?? "",
    action: known.get(unit)?.action ?? ("reload" as const),
  }));
}

/** A unit that was started, stopped, enabled or disabled here shall be looked at by the next event as for the first time. */
function settled(
  ledger: Ledger,
  units: readonly string[],
  adjusted: readonly Adjusted[],
  hasProblems: boolean,
): ServiceMemory[] {
  const known = ledger.services();
  return units.map((unit) => {
    const own = adjusted.find(({ need }) => need.unit === unit);
    const wasOn = own?.need.wanted === "enabled" && own.before.active && own.before.enabled;
    return {
      unit,
      wanted: wasOn ? "enabled" : (known.get(unit)?.wanted ?? ""),
      action: hasProblems ? known.get(unit)?.action : undefined,
    };
  });
}

function putBack({ system, paths }: RestoreEnvironment, kept: readonly KeptFile[]): void {
  const replacements = kept.map((file): Replacement => {
    const path = paths.target(file.path);
    const { bytes, link, mode, uid, gid } = file;
    if (link !== undefined) return { path, link };
    if (bytes === undefined) return { path, absent: true };
    return { path, bytes, attributes: { mode, uid, gid } };
  });
  for (const { path } of replacements) system.files.makeFolder(dirname(path), 0o755);
  if (replacements.length > 0) system.files.replaceAll(replacements);
}

async function bringBack(
  system: System,
  unit: string,
  adjusted: readonly Adjusted[],
): Promise<{ verbs: readonly ServiceVerb[]; failure?: string; runs: boolean }> {
  const own = adjusted.find(({ need }) => need.unit === unit);
  if (own?.skipped !== undefined) return { verbs: [], runs: false };
  const state = await system.services.state(unit);
  if (state.load !== "loaded") return { verbs: [], runs: false };
  const plan = returnVerbs(own, await system.services.health(unit), state.active);
  for (const verb of plan.verbs) {
    const { exit, stderr } = await system.services.run(unit, verb);
    if (exit !== 0) return { ...plan, failure: `${verb} failed: ${stderr.trim()}` };
  }
  return plan;
}

/**
 * The verbs that bring a unit back to how it was. Where it runs, it takes the old files as it took the new ones;
 * where it died of them, it is started. Pure.
 */
export function returnVerbs(
  adjusted: Adjusted | undefined,
  { running }: Pick<UnitHealth, "running">,
  isActive: boolean,
): { verbs: readonly ServiceVerb[]; runs: boolean } {
  const done = adjusted?.verbs ?? [];
  const disable = done.includes("enable") && adjusted?.before.enabled === false ? (["disable"] as const) : [];
  const enable = done.includes("disable") && adjusted?.before.enabled === true ? (["enable"] as const) : [];
  // One that had died before may have died of an apply that was cut off: it ran with the old files.
  const ran = adjusted === undefined ? isActive : adjusted.before.active || adjusted.before.failed;
  if (!ran) return { verbs: [...(isActive ? (["stop"] as const) : []), ...disable, ...enable], runs: false };
  const isUntouched = adjusted !== undefined && done.length === 0;
  if (isUntouched && running) return { verbs: [], runs: true };
  const again = running && !done.includes("restart") ? "reload" : "restart";
  return { verbs: [...enable, ...disable, again], runs: true };
}
