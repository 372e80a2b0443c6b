import { dirname } from "node:path";
import type { KeepReason, KeptFile, KeptUnit, Ledger, ManagedFile, ServiceMemory } from "../db/ledger.ts";
import type { Paths } from "../paths.ts";
import type { Replacement, ServiceVerb, System, UnitState } from "../system/system.ts";
import { TemplateLibrary } from "../template/library.ts";
import { keepCopy } from "./edits.ts";
import { findListeners, type Listener } from "./listeners.ts";
import { absentHash, hashOf, mayHold } from "./plan.ts";
import { verifyUnits } from "./verify.ts";

/** Milliseconds that a question to a port may take. */
const question = 2000;

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
  /** What else an administrator should know: edits of which a copy was kept. */
  readonly notes: readonly string[];
}

/**
 * Puts back what the ledger keeps for these reasons (for what is kept for two, as the later one says), brings the units
 * concerned to how they were and to the old files, and looks whether they run. Killed at any point, the ledger still
 * asks for all that is not done.
 */
export async function restore(
  environment: RestoreEnvironment,
  reasons: readonly KeepReason[],
): Promise<Restored> {
  const { ledger, system, paths } = environment;
  const files = lastOfEach(
    reasons.flatMap((reason) => ledger.keptFiles(reason)),
    ({ path }) => path,
  );
  const keptUnits = lastOfEach(
    reasons.flatMap((reason) => ledger.keptUnits(reason)),
    ({ unit }) => unit,
  );
  const units = [...new Set([...files.flatMap((file) => file.units), ...keptUnits.map(({ unit }) => unit)])];
  const notes = keepEdits(environment, files);
  ledger.together(() => {
    ledger.recordFiles(eitherWay(files, ledger.managedFiles()), []);
    ledger.recordServices(pending(ledger, units));
  });
  putBack(environment, files);
  ledger.together(() => {
    const known = files.flatMap(({ managed }) => managed ?? []);
    const gone = files.filter(({ managed }) => managed === undefined).map(({ path }) => path);
    ledger.recordFiles(known, gone);
  });
  const library = new TemplateLibrary(system.files, paths);
  const managed = ledger.managedFiles().values();
  const listeners = await findListeners(system, paths, library, managed, new Set(units));
  const { services, problems } = await bringBackAll(system, units, listeners, keptUnits);
  ledger.together(() => {
    ledger.recordServices(settled(ledger, units, keptUnits, problems.length > 0));
    for (const reason of reasons) ledger.forgetKept(reason);
  });
  return { files: files.map(({ path }) => path), services, problems, notes };
}

function lastOfEach<T>(all: readonly T[], id: (one: T) => string): T[] {
  return [...new Map(all.map((one) => [id(one), one])).values()];
}

/** What an administrator has edited since is kept beside the database; tells where. */
function keepEdits({ system, paths, ledger }: RestoreEnvironment, files: readonly KeptFile[]): string[] {
  const managed = ledger.managedFiles();
  return files.flatMap(({ path }) => {
    const known = managed.get(path);
    const bytes = system.files.read(paths.target(path));
    if (known === undefined || bytes === undefined || mayHold(known, bytes)) return [];
    return [`${path} was edited by hand: a copy of it goes to ${keepCopy(system, paths, path, bytes)}`];
  });
}

async function bringBackAll(
  system: System,
  units: readonly string[],
  listeners: readonly Listener[],
  keptUnits: readonly KeptUnit[],
): Promise<{ services: string[]; problems: string[] }> {
  const since = system.clock.now();
  const services: string[] = [];
  const problems: string[] = [];
  const awake: string[] = [];
  const reloaded: string[] = [];
  for (const unit of units) {
    const own = listeners.filter((listener) => listener.unit === unit);
    const kept = keptUnits.find((one) => one.unit === unit);
    const { verbs, failure, runs } = await bringBack(system, unit, own, kept);
    if (verbs.length > 0) services.push(`${unit} ${verbs.join(", ")}`);
    if (failure !== undefined) problems.push(`${unit}: ${failure}`);
    else if (runs && verbs.length > 0) awake.push(unit);
    if (verbs.includes("reload")) reloaded.push(unit);
  }
  const failures = await verifyUnits(system, awake, listeners, since);
  const stuck = failures.flatMap(({ unit }) => (reloaded.includes(unit) ? [unit] : []));
  // What a reload cannot mend, a start may.
  for (const unit of stuck) {
    services.push(`${unit} restart`);
    await system.services.run(unit, "restart");
  }
  const lost = failures.filter(({ unit }) => !stuck.includes(unit));
  lost.push(...(await verifyUnits(system, stuck, listeners, system.clock.now())));
  for (const { unit, reason } of lost)
    problems.push(`${unit} does not run with the old files either: ${reason}`);
  return { services, problems };
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
  keptUnits: readonly KeptUnit[],
  hasProblems: boolean,
): ServiceMemory[] {
  const known = ledger.services();
  return units.map((unit) => {
    const kept = keptUnits.find((one) => one.unit === unit);
    const wasOn = kept?.wanted === "enabled" && kept.active && kept.enabled;
    return {
      unit,
      wanted: kept === undefined ? (known.get(unit)?.wanted ?? "") : wasOn ? "enabled" : "",
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
  listeners: readonly Listener[],
  kept: KeptUnit | undefined,
): Promise<{ verbs: readonly ServiceVerb[]; failure?: string; runs: boolean }> {
  const state = await system.services.state(unit);
  if (state.load !== "loaded") return { verbs: [], runs: false };
  const { running } = await system.services.health(unit);
  const works = running && (await answersAll(system, listeners));
  const plan = returnVerbs(kept, works, state);
  for (const verb of plan.verbs) {
    const { exit, stderr } = await system.services.run(unit, verb);
    if (exit !== 0) return { ...plan, failure: `${verb} failed: ${stderr.trim()}` };
  }
  return plan;
}

/** A daemon may run and not serve: Postfix starts no process of a service for a minute whose last one died at once. */
async function answersAll({ network }: System, listeners: readonly Listener[]): Promise<boolean> {
  const answers = await Promise.all(listeners.map((listener) => network.answers(listener, question)));
  return answers.every((answer) => answer);
}

/**
 * The verbs that bring a unit back to how it was, and whether it shall run then. Where it works, it takes the old files
 * as it took the new ones; where it died of them, it is started. One that had died before may have died of an apply that
 * was cut off: it ran with the old files. Pure.
 */
export function returnVerbs(
  kept: KeptUnit | undefined,
  works: boolean,
  { active, enabled }: Pick<UnitState, "active" | "enabled">,
): { verbs: readonly ServiceVerb[]; runs: boolean } {
  const done = kept?.verbs ?? [];
  const files: ServiceVerb[] = [];
  if (done.includes("enable") && kept?.enabled === false && enabled) files.push("disable");
  if (done.includes("disable") && kept?.enabled === true && !enabled) files.push("enable");
  const ran = kept === undefined ? active : kept.active || kept.failed;
  if (!ran) return { verbs: [...(active ? (["stop"] as const) : []), ...files], runs: false };
  return { verbs: [...files, works && !done.includes("restart") ? "reload" : "restart"], runs: true };
}
