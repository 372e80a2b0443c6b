import { apply } from "../apply/apply.ts";
import type { Event } from "../apply/event.ts";
import { verifySettings } from "../apply/rules.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { takeLock } from "../db/lock.ts";
import type { Snapshot } from "../db/record.ts";
import { type Author, openLedger, readSnapshot } from "../db/store.ts";
import { refused } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import { Settings } from "../mail/settings.ts";
import { eventVia } from "../system/author.ts";
import { realSystem } from "../system/real-system.ts";
import type { OptionValues, Result } from "./command.ts";
import { authorOf, type CommandContext, findHostName, loadCatalogue } from "./context.ts";
import { doomedRecord, markDeleted, removeRecord } from "./deleted-record.ts";
import { type EventRun, scriptVariables, serviceManager } from "./event-run.ts";
import { secretsToMake, storeSecrets } from "./generated-secrets.ts";

/** Signals the event: what it makes is written, and services are adjusted. */
export async function runEvent(
  context: CommandContext,
  run: EventRun,
  options: OptionValues,
): Promise<Result> {
  const { paths } = context;
  // An action script would wait for the event that runs it, which waits for the script.
  const isWithin = context.environment["MAILWRIGHT_EVENT"] !== undefined;
  const wait = isWithin ? 0 : milliseconds(options["wait"] ?? "60s");
  const author = authorOf(context);
  const lock = await takeLock(
    paths.lock,
    wait,
    `signal-event ${run.event.name} (process ${process.pid}, ${author.actor}, ${author.via})`,
  );
  try {
    const catalogue = await loadCatalogue(context);
    const eventAuthor = { actor: author.actor, via: `${eventVia} ${run.event.name}` };
    const doomed = doomedRecord(run.event, run.args);
    if (doomed !== undefined) markDeleted(paths.database, doomed, eventAuthor);
    const snapshot = await snapshotWithSecrets(context, catalogue, run.event, eventAuthor);
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
      if (doomed !== undefined) removeRecord(paths.database, doomed, eventAuthor);
      return { exit: ExitCode.done };
    } finally {
      snapshot.close();
      ledger.close();
    }
  } finally {
    lock.release();
  }
}

/** The settings as they are to be applied: where the files will hold a secret that is not made yet, it is made. */
async function snapshotWithSecrets(
  context: CommandContext,
  catalogue: Catalogue,
  event: Event,
  author: Author,
): Promise<Snapshot> {
  const snapshot = readSnapshot(context.paths.database);
  const settings = new Settings(snapshot, catalogue, () => findHostName(context));
  const missing = await secretsToMake(context, settings, event.templates);
  if (missing.length === 0) return snapshot;
  verifySettings(settings, event);
  snapshot.close();
  storeSecrets(context, settings, missing, author);
  return readSnapshot(context.paths.database);
}

/** A time of `--wait`. */
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
