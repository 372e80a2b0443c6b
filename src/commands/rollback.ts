import { join } from "node:path";
import { combineEvents } from "../apply/combine-events.ts";
import { type Change, netChanges, undo } from "../db/history.ts";
import { type Author, copyDatabase, openLedger, readSnapshot, writeTransaction } from "../db/store.ts";
import { MailwrightError } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import type { Style } from "../format/style.ts";
import { columns } from "../format/table.ts";
import { Settings } from "../mail/settings.ts";
import { eventVia } from "../system/author.ts";
import { realSystem } from "../system/real-system.ts";
import { applyEvent, goBackIfOverdue, hasChanged, timeToConfirm } from "./apply-event.ts";
import type { Handler, OptionValues, Result } from "./command.ts";
import { authorOf, type CommandContext, findHostName, loadCatalogue } from "./context.ts";
import { isMark } from "./deleted-record.ts";
import { applySettings, type EventRun, serviceManager } from "./event-run.ts";
import { locked } from "./locked.ts";
import { doomedBy, managedEvent, pendingCalls } from "./managed-event.ts";
import { callText, ownChangesNote } from "./pending-changes.ts";
import { rehearseEvent } from "./rehearse-event.ts";
import { parseRevision } from "./revisions.ts";
import { lastApply, withoutWaiting } from "./taken-back.ts";
import { masked, pastTypes } from "./verbs/secrets.ts";
import { transition } from "./verbs/transition.ts";

/**
 * Brings the settings of all databases back to how they were at a revision, and makes every file from them, through
 * the same engine as an event. Where that fails before it has changed anything, the settings are as they were, too.
 */
export const rollback: Handler = (context, [argument = ""], options) => {
  if (options["dry-run"] === true) return rehearsed(context, argument, options);
  return locked(context, options, `mailwright rollback ${argument}`, async (author) => {
    const { database } = context.paths;
    await prepare(context, options, author);
    const taken = takeBack(database, argument, { ...author, via: `rollback to ${argument}` });
    const before = lastApply(database);
    try {
      const { args, ...run } = await rollbackEvent(context);
      await applyEvent(context, { ...run, args: [argument, ...args] }, options, author);
      for (const text of ownChangesNote(taken)) context.report({ kind: "notice", event: "rollback", text });
      return { exit: ExitCode.done };
    } catch (error) {
      if (!(error instanceof MailwrightError) || hasChanged(before, lastApply(database))) throw error;
      writeTransaction(database, { ...author, via: "rollback that failed" }, (writer) =>
        undo(writer, taken.map(reversed).reverse()),
      );
      throw withoutWaiting(error, "The settings are as they were before the rollback.");
    }
  });
};

/** The same on a copy of all settings, where they are taken back and then pending as they would be. */
async function rehearsed(context: CommandContext, argument: string, options: OptionValues): Promise<Result> {
  const { files } = realSystem(context.paths.root, "none");
  const folder = files.makeTemporaryFolder();
  try {
    const database = join(folder, "settings.db");
    copyDatabase(context.paths.database, database);
    const copy = { ...context, paths: { ...context.paths, database } };
    const taken = takeBack(database, argument, authorOf(context));
    const { args, ...run } = await rollbackEvent(copy);
    const plan = await rehearseEvent(copy, { ...run, args: [argument, ...args] }, options);
    const settings = await shownTaken(copy, taken);
    return {
      ...plan,
      exit: settings.length === 0 ? plan.exit : ExitCode.wouldChange,
      data: Object.assign({ events: args, settings }, plan.data),
      notices: [...args.map((line) => `would carry out ${line}`), ...(plan.notices ?? [])],
      view: (style) => `${settingsView(settings, style)}${plan.view?.(style) ?? ""}`,
    };
  } finally {
    files.removeFolder(folder);
  }
}

/** A setting that would be another one. */
type Going = Pick<Change, "database" | "key" | "name" | "old" | "new">;

/** What was taken back, as it may be shown. */
async function shownTaken(context: CommandContext, taken: readonly Change[]): Promise<Going[]> {
  const snapshot = readSnapshot(context.paths.database);
  try {
    const settings = new Settings(snapshot, await loadCatalogue(context), () => findHostName(context));
    const past = pastTypes(snapshot.changes(0));
    return taken.map((change) => {
      const { database, key, name, old, new: then } = masked(settings, reversed(change), past);
      return { database, key, name, old, new: then };
    });
  } finally {
    snapshot.close();
  }
}

function settingsView(changes: readonly Going[], style: Style): string {
  return columns(
    changes.map((change) => [
      ...["settings", change.database, change.key, change.name],
      transition(change, style),
    ]),
  );
}

/** What is to be refused or done before the settings are taken back. */
async function prepare(context: CommandContext, options: OptionValues, author: Author): Promise<void> {
  applySettings(options);
  const ledger = openLedger(context.paths.database);
  try {
    const system = realSystem(context.paths.root, serviceManager(options));
    const tell = (text: string): void => context.report({ kind: "notice", event: "rollback", text });
    await goBackIfOverdue(context, system, ledger, author, tell);
    timeToConfirm(ledger, options["confirm"]);
  } finally {
    ledger.close();
  }
}

/** Returns the net changes that were undone. A secret that an event has made since stays: it is made once. */
function takeBack(database: string, argument: string, author: Author): readonly Change[] {
  return writeTransaction(database, author, (writer) => {
    const revision = parseRevision(argument, writer.snapshot.newestRevision);
    const since = netChanges(writer.snapshot.changes(revision)).filter(
      (change) => change.old !== undefined || isMark(change) || !change.via.startsWith(`${eventVia} `),
    );
    undo(writer, since);
    return since;
  });
}

/** The events of what is pending now, and with them every file that mailwright makes. */
async function rollbackEvent(context: CommandContext): Promise<EventRun> {
  const snapshot = readSnapshot(context.paths.database);
  const ledger = openLedger(context.paths.database);
  try {
    const settings = new Settings(snapshot, await loadCatalogue(context), () => findHostName(context));
    const calls = await pendingCalls(context, settings);
    const all = await managedEvent(context, ledger);
    const event = combineEvents("rollback", "settings and files of an earlier revision", calls);
    return {
      event: {
        ...event,
        // The settings are those of the revision, and no event's.
        changes: [],
        templates: [...new Set([...event.templates, ...all.templates])],
        services: new Map([...all.services, ...event.services]),
      },
      doomed: doomedBy(calls),
      args: calls.map((call) => callText({ event: call.event.name, args: call.args })),
    };
  } finally {
    snapshot.close();
    ledger.close();
  }
}

function reversed(change: Change): Change {
  return { ...change, old: change.new, new: change.old };
}
