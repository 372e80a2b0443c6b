import { EventLibrary } from "../apply/event.ts";
import { staleOverrides } from "../apply/overrides.ts";
import type { PlannedFile } from "../apply/plan.ts";
import type { LeftOut } from "../apply/plan-templates.ts";
import { isUnfinished, type Ledger } from "../db/ledger.ts";
import { takeLock } from "../db/lock.ts";
import { readLedger, readSnapshot } from "../db/store.ts";
import { MailwrightError, refused } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import { Settings } from "../mail/settings.ts";
import { realSystem } from "../system/real-system.ts";
import type { System } from "../system/system.ts";
import type { Handler } from "./command.ts";
import { type CommandContext, findHostName, loadCatalogue } from "./context.ts";
import { markedKeys } from "./deleted-record.ts";
import { serviceManager } from "./event-run.ts";
import { pendingCalls } from "./managed-event.ts";
import { statusMetrics } from "./metrics/status-metrics.ts";
import { openSettings } from "./open-settings.ts";
import { eventCalls, type PendingChange, shownChanges } from "./pending-changes.ts";
import { failedRuns, remoteRuns } from "./remote/remote-runs.ts";
import { failedUnits, filterTroubles, stoppedShared } from "./status-troubles.ts";
import { type Status, statusNotes, statusSections, statusView } from "./status-view.ts";
import { threeWayDiff } from "./three-way-diff.ts";
import { planAll } from "./verify.ts";

/** Exit 2 where something waits for somebody. */
export const status: Handler = async (context, [file], options) => {
  const { paths } = context;
  const isForPrometheus = options["prometheus"] === true;
  if (file !== undefined && !isForPrometheus)
    throw refused(
      `${file} is one argument too many`,
      "USAGE",
      "accepted: mailwright status --prometheus FILE",
    );
  const ledger = readLedger(paths.database);
  try {
    const system = realSystem(paths.root, serviceManager(options));
    const found = await gatherStatus(context, system, ledger);
    if (isForPrometheus) return await statusMetrics(context, system, ledger, found, file);
    const known = eventNames(context);
    const sections = statusSections(found, known, options["utc"] === true);
    return {
      exit: sections.length === 0 ? ExitCode.done : ExitCode.wouldChange,
      data: {
        ...found,
        confirm: found.confirm && { revision: found.confirm.revision, deadline: found.confirm.deadline },
      },
      view: (style) => statusView(sections, statusNotes(found), style),
    };
  } finally {
    ledger.close();
  }
};

/** What an administrator should know. The ledger and the settings are read, and nothing is changed. */
export async function gatherStatus(context: CommandContext, system: System, ledger: Ledger): Promise<Status> {
  const last = ledger.lastApply();
  const hasHalves = [...ledger.managedFiles().values()].some(isUnfinished);
  const unfinished = last?.outcome === "running" || hasHalves ? last?.revision : undefined;
  const atWork = unfinished === undefined ? undefined : await holderOfLock(context);
  const found = {
    pending: await pendingOf(context),
    services: await unfinishedServices(system, ledger),
    failed: await failedUnits(context, system, ledger),
    confirm: ledger.confirmation(),
    interrupted: atWork === undefined ? unfinished : undefined,
    broken: last?.outcome === "failed" ? { revision: last.revision, detail: last.detail } : undefined,
    deleting: markedRecords(context),
    atWork,
    atWorkSince: atWork === undefined ? undefined : takenAt(context),
    ...(await openSettings(context, (settings) => ({
      ...filterTroubles(context, settings),
      failedRuns: failedRuns(remoteRuns(context, settings)).map(({ kind, name, problem }) => ({
        ...{ kind, name, problem },
      })),
    }))),
  };
  try {
    const leftOut: LeftOut[] = [];
    const { files, library } = await planAll(context, ledger, (file) => leftOut.push(file));
    const stale = staleOverrides(system.files, library.overrides.values(), ledger);
    const overrides = await Promise.all(
      stale.map(async (override) => ({ ...override, diff: await threeWayDiff(system, override) })),
    );
    const differing = differences(files, await awaitedTemplates(context));
    const made = files.filter(({ rendered }) => differing.outdated.includes(rendered.path));
    const targets = new Set(made.map(({ rendered }) => rendered.template));
    const makers = await makersOf(context, ledger, targets);
    const failed = [...found.failed, ...(await stoppedShared(system, files))];
    const missing = leftOut.filter(({ without }) => without !== "");
    return { ...found, ...differing, failed, makers, overrides, missing, problems: [] };
  } catch (error) {
    if (!(error instanceof MailwrightError)) throw error;
    return {
      ...found,
      edits: [],
      outdated: [],
      makers: [],
      overrides: [],
      missing: [],
      problems: [error.message],
    };
  }
}

/** When the lock was taken. */
function takenAt({ files, paths }: CommandContext): number | undefined {
  const at = files.status(`${paths.lock}.holder`)?.modified;
  return at === undefined ? undefined : Math.round(at);
}

function markedRecords({ paths }: CommandContext): string[] {
  const snapshot = readSnapshot(paths.database);
  try {
    return snapshot
      .databases()
      .flatMap((database) => markedKeys(snapshot, database).map((key) => `${database} ${key}`));
  } finally {
    snapshot.close();
  }
}

/** `awaited`: templates whose files differ because settings wait. */
function differences(
  files: readonly PlannedFile[],
  awaited: ReadonlySet<string>,
): Pick<Status, "edits" | "outdated"> {
  return {
    edits: files.flatMap(({ rendered, edit }) => (edit === undefined ? [] : [{ path: rendered.path, edit }])),
    outdated: files.flatMap(({ rendered, edit, state }) =>
      edit === undefined && state !== "same" && !awaited.has(rendered.template) ? [rendered.path] : [],
    ),
  };
}

/** For each template the smallest of the events that make it and were signalled before; each once. */
async function makersOf(
  { files, paths }: CommandContext,
  ledger: Ledger,
  targets: ReadonlySet<string>,
): Promise<string[]> {
  if (targets.size === 0) return [];
  const library = new EventLibrary(files, paths);
  const applied = [...ledger.appliedRevisions().keys()].filter((name) => library.names().includes(name));
  const events = await Promise.all(applied.map((name) => library.load(name)));
  events.sort((left, right) => left.templates.length - right.templates.length);
  const makers = [...targets].flatMap(
    (target) => events.find((event) => event.templates.includes(target)) ?? [],
  );
  return [...new Set(makers.map(({ name }) => name))];
}

/** Who holds the lock; `undefined` where nobody does, or where this process may not know. */
async function holderOfLock({ files, paths }: CommandContext): Promise<string | undefined> {
  try {
    const lock = await takeLock(paths.lock, 0, `mailwright status (process ${process.pid})`);
    lock.release();
    return undefined;
  } catch (error) {
    if (!(error instanceof MailwrightError)) throw error;
    return error.exit === ExitCode.locked ? (files.readText(`${paths.lock}.holder`) ?? "") : undefined;
  }
}

const eventNames = ({ files, paths }: CommandContext): string[] => new EventLibrary(files, paths).names();

/** Those that an event here applies: of the others there is nothing to do. */
async function pendingOf(context: CommandContext): Promise<PendingChange[]> {
  const snapshot = readSnapshot(context.paths.database);
  const known = eventNames(context);
  try {
    const settings = new Settings(snapshot, await loadCatalogue(context), () => findHostName(context));
    const changes = shownChanges(settings);
    const calls = eventCalls(changes, known);
    return changes.filter((_, index) => calls[index] !== undefined);
  } finally {
    snapshot.close();
  }
}

/** The templates of the events that apply what waits. */
async function awaitedTemplates(context: CommandContext): Promise<ReadonlySet<string>> {
  const snapshot = readSnapshot(context.paths.database);
  try {
    const settings = new Settings(snapshot, await loadCatalogue(context), () => findHostName(context));
    const calls = await pendingCalls(context, settings);
    return new Set(calls.flatMap(({ event }) => event.templates));
  } finally {
    snapshot.close();
  }
}

/** What is not here, as in an image below another root, runs with no files at all. */
async function unfinishedServices(system: System, ledger: Ledger): Promise<Status["services"]> {
  const asked = [...ledger.services().values()].flatMap(({ unit, action }) =>
    action === undefined ? [] : [{ unit, action }],
  );
  const looked = await Promise.all(
    asked.map(async (service) => ({ ...service, load: (await system.services.state(service.unit)).load })),
  );
  return looked.filter(({ load }) => load !== "absent");
}
