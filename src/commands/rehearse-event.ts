import { apply } from "../apply/apply.ts";
import type { Applied } from "../apply/apply-environment.ts";
import { withSystemAccounts } from "../apply/name-service.ts";
import { changedFiles } from "../apply/plan.ts";
import type { Snapshot } from "../db/record.ts";
import { readLedger, readSnapshot } from "../db/store.ts";
import { ExitCode } from "../exit-codes.ts";
import { Settings } from "../mail/settings.ts";
import { realSystem } from "../system/real-system.ts";
import { type Effect, RecordingSystem } from "../system/recording-system.ts";
import { TemplateLibrary } from "../template/library.ts";
import type { OptionValues, Result } from "./command.ts";
import { authorOf, type CommandContext, findHostName, loadCatalogue } from "./context.ts";
import { doomedRecords, withoutRecord } from "./deleted-record.ts";
import { applySettings, type EventRun, scriptVariables, serviceManager } from "./event-run.ts";
import { secretsToMake } from "./generated-secrets.ts";
import { withOwnChanges } from "./own-changes.ts";
import { planView } from "./plan-view.ts";

/**
 * The same apply over a System and a ledger that keep everything to themselves. `see` gives the settings as they are to be
 * looked at, such as with a change that is not stored.
 */
export async function rehearseEvent(
  context: CommandContext,
  run: EventRun,
  options: OptionValues,
  see: (stored: Snapshot) => Snapshot = (stored) => stored,
): Promise<Result> {
  const { paths } = context;
  const catalogue = await loadCatalogue(context);
  const stored = readSnapshot(paths.database);
  const doomed = run.doomed ?? doomedRecords(run.event, run.args);
  const marked = doomed.reduce(withoutRecord, see(stored));
  const snapshot = withOwnChanges(context, catalogue, run, marked);
  const ledger = readLedger(paths.database);
  const system = new RecordingSystem(realSystem(paths.root, serviceManager(options)));
  const library = new TemplateLibrary(system.files, paths);
  const notices: string[] = [];
  try {
    const known = new Settings(snapshot, catalogue, () => findHostName(context));
    const notice = (text: string): void => void notices.push(text);
    const { settings } = await withSystemAccounts({ system, paths, settings: known }, notice);
    for (const { key, property } of await secretsToMake(library, settings, run.event.templates)) {
      notices.push(`${key} ${property} has no value yet: one would be made`);
    }
    const applied = await apply({
      ...run,
      ...applySettings(options),
      system,
      paths,
      library,
      settings,
      ledger,
      author: authorOf(context),
      confirmUntil: undefined,
      isRoot: process.getuid?.() === 0,
      variables: scriptVariables(context),
      interrupted: () => Promise.resolve(undefined),
      report: (progress) => {
        if (progress.kind === "notice") notices.push(progress.text);
      },
    });
    return dryResult(applied, system.effects, notices);
  } finally {
    ledger.close();
    snapshot.close();
  }
}

function dryResult(applied: Applied, effects: readonly Effect[], notices: readonly string[]): Result {
  const changed = changedFiles(applied.files);
  const services = effects.filter((effect) => effect.kind === "service");
  const { tables } = applied;
  return {
    exit: changed.length + services.length + tables.length === 0 ? ExitCode.done : ExitCode.wouldChange,
    notices,
    view: (style) => planView(applied, effects, style),
    data: {
      files: applied.files.map(({ rendered, state }) => ({ path: rendered.path, state })),
      tables: tables.map(({ path }) => path),
      checks: applied.verdicts.map((verdict) => ({
        daemon: verdict.checker.daemon,
        ...("passed" in verdict ? { passed: true, time: verdict.seconds } : { skipped: verdict.skipped }),
      })),
      actions: effects.flatMap((effect) => (effect.kind === "process" ? [effect.argv] : [])),
      services: services.map(({ unit, verb }) => ({ unit, verb })),
    },
  };
}
