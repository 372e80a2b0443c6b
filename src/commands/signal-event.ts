import { type Applied, type ApplyEnvironment, apply } from "../apply/apply.ts";
import { EventLibrary } from "../apply/event.ts";
import { changedFiles } from "../apply/plan.ts";
import { takeLock } from "../db/lock.ts";
import { openLedger, readLedger, readSnapshot } from "../db/store.ts";
import { refused } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import { columns } from "../format/table.ts";
import { Settings } from "../mail/settings.ts";
import { realSystem } from "../system/real-system.ts";
import { type Effect, RecordingSystem } from "../system/recording-system.ts";
import type { Handler, OptionValues, Result } from "./command.ts";
import { authorOf, type CommandContext, findHostName, loadCatalogue } from "./context.ts";
import { explainEvent } from "./explain-event.ts";
import { generatedSecrets, storeSecrets } from "./generated-secrets.ts";
import { planView } from "./plan-view.ts";

export const signalEvent: Handler = async (context, [name, ...args], options) => {
  const library = new EventLibrary(context.files, context.paths);
  if (options["list"] === true) return listEvents(library);
  if (name === undefined) throw refused("which event?", "USAGE", "known: signal-event --list");
  const event = await library.load(name);
  if (options["explain"] === true) return explainEvent(event);
  const run = { event, args, check: options["no-check"] !== true };
  return options["dry-run"] === true ? dryRun(context, run, options) : realRun(context, run, options);
};

type Run = Pick<ApplyEnvironment, "event" | "args" | "check">;

async function realRun(context: CommandContext, run: Run, options: OptionValues): Promise<Result> {
  const { paths } = context;
  const wait = milliseconds(options["wait"] ?? "60s");
  const author = authorOf(context);
  const lock = await takeLock(
    paths.lock,
    wait,
    `signal-event ${run.event.name} (process ${process.pid}, ${author.actor}, ${author.via})`,
  );
  try {
    const catalogue = await loadCatalogue(context);
    await storeSecrets(context, catalogue, author);
    const snapshot = readSnapshot(paths.database);
    const ledger = openLedger(paths.database);
    try {
      await apply({
        ...run,
        system: realSystem(paths.root, serviceManager(options)),
        paths,
        settings: new Settings(snapshot, catalogue, () => findHostName(context)),
        ledger,
        isRoot: process.getuid?.() === 0,
        variables: scriptVariables(context),
        report: context.report,
      });
      return { exit: ExitCode.done };
    } finally {
      snapshot.close();
      ledger.close();
    }
  } finally {
    lock.release();
  }
}

/** The same apply over a System and a ledger that keep everything to themselves. */
async function dryRun(context: CommandContext, run: Run, options: OptionValues): Promise<Result> {
  const { paths } = context;
  const catalogue = await loadCatalogue(context);
  const snapshot = readSnapshot(paths.database);
  const ledger = readLedger(paths.database);
  const system = new RecordingSystem(realSystem(paths.root, serviceManager(options)));
  const notices: string[] = [];
  try {
    const settings = new Settings(snapshot, catalogue, () => findHostName(context));
    for (const [database, key, property] of generatedSecrets(settings)) {
      notices.push(`${database} ${key} ${property} has no value yet: one would be made`);
    }
    const applied = await apply({
      ...run,
      system,
      paths,
      settings,
      ledger,
      isRoot: process.getuid?.() === 0,
      variables: scriptVariables(context),
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
  return {
    exit: changed.length + services.length === 0 ? ExitCode.done : ExitCode.wouldChange,
    notices,
    view: (style) => planView(applied.files, applied.verdicts, effects, style),
    data: {
      files: applied.files.map(({ rendered, state }) => ({ path: rendered.path, state })),
      checks: applied.verdicts.map((verdict) => ({
        daemon: verdict.checker.daemon,
        ...("passed" in verdict ? { passed: true, time: verdict.seconds } : { skipped: verdict.skipped }),
      })),
      actions: effects.flatMap((effect) => (effect.kind === "process" ? [effect.argv] : [])),
      services: services.map(({ unit, verb }) => ({ unit, verb })),
    },
  };
}

async function listEvents(library: EventLibrary): Promise<Result> {
  const events = await Promise.all(library.names().map((name) => library.load(name)));
  const rows = events.map(({ name, description }) => ({ name, description }));
  return {
    exit: ExitCode.done,
    data: rows,
    view: (style) => columns(rows.map(({ name, description }) => [style.strong(name), description])),
  };
}

/** One root for every command that a script calls, and the folders of this program. */
function scriptVariables({ paths, environment }: CommandContext): Record<string, string> {
  const share = environment["MAILWRIGHT_SHARE"];
  const folder = process.execPath.slice(0, process.execPath.lastIndexOf("/"));
  return {
    PATH: `${folder}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    MAILWRIGHT_SHARE: share ?? paths.share,
  };
}

function serviceManager(options: OptionValues): string | undefined {
  const choice = options["service-manager"];
  return typeof choice === "string" ? choice : undefined;
}

function milliseconds(time: string | boolean): number {
  const [, number, unit = "s"] = /^(\d+)(ms|s|m|h)?$/.exec(String(time)) ?? [];
  if (number === undefined)
    throw refused(
      `--wait ${time}: it is no time`,
      "USAGE",
      "accepted: a number with its unit, such as 10s or 5m",
    );
  return Number(number) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? 1000);
}
