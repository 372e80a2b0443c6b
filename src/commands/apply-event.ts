import { apply } from "../apply/apply.ts";
import type { Applied } from "../apply/apply-environment.ts";
import { armTimer, disarmTimer } from "../apply/confirm-timer.ts";
import type { Event } from "../apply/event.ts";
import { withSystemAccounts } from "../apply/name-service.ts";
import { verifySettings } from "../apply/rules.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { ApplyRecord, Ledger } from "../db/ledger.ts";
import type { Snapshot } from "../db/record.ts";
import { type Author, openLedger, readSnapshot } from "../db/store.ts";
import { refused } from "../errors.ts";
import { dateTime } from "../format/times.ts";
import { Settings } from "../mail/settings.ts";
import { eventVia } from "../system/author.ts";
import { watchInterrupts } from "../system/interrupts.ts";
import { realSystem } from "../system/real-system.ts";
import type { System } from "../system/system.ts";
import { removeAbandoned, temporaryBase } from "../system/temporary-folders.ts";
import { TemplateLibrary } from "../template/library.ts";
import type { OptionValues } from "./command.ts";
import { type CommandContext, findHostName, loadCatalogue } from "./context.ts";
import { type Doomed, doomedRecords, markDeleted, removeRecord, unmarkDeleted } from "./deleted-record.ts";
import {
  applySettings,
  type EventRun,
  milliseconds,
  programPath,
  scriptVariables,
  serviceManager,
} from "./event-run.ts";
import { secretsToMake, storeSecrets } from "./generated-secrets.ts";
import { goBack } from "./go-back.ts";
import { type StoredChanges, storeOwnChanges, takeBack } from "./own-changes.ts";

/** Carries out an event, or many as one; the caller holds the lock. */
export async function applyEvent(
  context: CommandContext,
  run: EventRun,
  options: OptionValues,
  author: Author,
): Promise<Applied> {
  const { paths } = context;
  const settings = applySettings(options);
  if (options["confirm"] !== undefined) refuseIrreversible(run.event);
  const system = realSystem(paths.root, serviceManager(options));
  const catalogue = await loadCatalogue(context);
  // What a killed check has left holds copies of files, and this event may check nothing.
  removeAbandoned(system.files, temporaryBase());
  const interrupts = watchInterrupts();
  const ledger = openLedger(paths.database);
  const library = new TemplateLibrary(system.files, paths);
  try {
    const tell = (text: string): void => context.report({ kind: "notice", event: run.event.name, text });
    await goBackIfOverdue(context, system, ledger, author, tell);
    const confirmUntil = await armed(context, system, ledger, options["confirm"]);
    const eventAuthor = { actor: author.actor, via: `${eventVia} ${run.event.name}` };
    const doomed = run.doomed ?? doomedRecords(run.event, run.args);
    const fresh: Doomed[] = [];
    const own: StoredChanges[] = [];
    const before = ledger.lastApply();
    let snapshot: Snapshot | undefined;
    try {
      for (const record of doomed) if (markDeleted(paths.database, record, eventAuthor)) fresh.push(record);
      storeOwnChanges(context, catalogue, run, author.actor, (stored) => own.push(stored));
      snapshot = await snapshotWithSecrets(context, catalogue, library, run.event, eventAuthor);
      const stored = new Settings(snapshot, catalogue, () => findHostName(context));
      const accounts = await withSystemAccounts({ system, paths, settings: stored }, tell);
      const applied = await apply({
        ...run,
        ...settings,
        system,
        paths,
        library,
        settings: accounts.settings,
        ledger,
        author,
        confirmUntil,
        isRoot: process.getuid?.() === 0,
        variables: scriptVariables(context),
        interrupted: () => interrupts.pending(),
        report: context.report,
      });
      accounts.remember();
      for (const record of doomed) removeRecord(paths.database, record, eventAuthor);
      tellOfConfirmation(ledger, options["confirm"] !== undefined, tell);
      if (interrupts.hungUp()) tell("the terminal was lost meanwhile; the event went on to its end");
      return applied;
    } catch (error) {
      if (!hasChanged(before, ledger.lastApply())) {
        for (const record of fresh) unmarkDeleted(paths.database, record, eventAuthor);
        takeBack(paths.database, own, author.actor);
      }
      if (ledger.confirmation() !== undefined) tellOfConfirmation(ledger, confirmUntil !== undefined, tell);
      throw error;
    } finally {
      snapshot?.close();
      if (confirmUntil !== undefined && ledger.confirmation() === undefined) await disarmTimer(system, paths);
    }
  } finally {
    ledger.close();
    interrupts.stop();
  }
}

/** Nothing brings a mailbox back at the deadline that the event has removed. */
export function refuseIrreversible({ name, isIrreversible }: Event): void {
  if (!isIrreversible) return;
  throw refused(
    `${name} does what cannot go back: it cannot wait to be confirmed`,
    "IRREVERSIBLE",
    "accepted: the same without --confirm. Nothing was touched.",
  );
}

/** Whether an apply that failed has left anything behind; it may have failed before it had an entry of its own. */
export function hasChanged(before: ApplyRecord | undefined, after: ApplyRecord | undefined): boolean {
  if (after?.revision === before?.revision) return false;
  return after?.outcome !== "refused" && after?.outcome !== "restored";
}

/** A deadline that passed while nothing could act on it, such as a reboot without systemd. */
export async function goBackIfOverdue(
  context: CommandContext,
  system: System,
  ledger: Ledger,
  author: Author,
  tell: (text: string) => void,
): Promise<void> {
  const waiting = ledger.confirmation();
  if (waiting === undefined || waiting.deadline > system.clock.now()) return;
  tell(await goBack(context, system, ledger, { ...author, via: "confirm" }));
}

/** Sets the timer of `--confirm`; returns when it goes off. It is set first, so that nothing can come between. */
async function armed(
  { paths }: CommandContext,
  system: System,
  ledger: Ledger,
  time: string | boolean | undefined,
): Promise<number | undefined> {
  const wait = timeToConfirm(ledger, time);
  if (wait === undefined) return undefined;
  const deadline = system.clock.now() + wait;
  await armTimer(system, paths, deadline, programPath());
  return deadline;
}

/** What `--confirm` says, in milliseconds; refuses it while another apply waits. */
export function timeToConfirm(ledger: Ledger, time: string | boolean | undefined): number | undefined {
  if (time === undefined) return undefined;
  const wait = milliseconds("confirm", time);
  const waiting = ledger.confirmation();
  if (waiting === undefined) return wait;
  throw refused(
    `an apply waits already to be confirmed, until ${dateTime(waiting.deadline, false)}`,
    "CONFIRM_WAITING",
    "accepted: mailwright confirm, or mailwright confirm --restore, first. Nothing was touched.",
  );
}

function tellOfConfirmation(ledger: Ledger, isAsked: boolean, tell: (text: string) => void): void {
  const waiting = ledger.confirmation();
  if (waiting === undefined) {
    if (isAsked) tell("nothing was changed: there is nothing to confirm");
    return;
  }
  const at = dateTime(waiting.deadline, false);
  tell(
    isAsked
      ? `NOT CONFIRMED YET: everything goes back at ${at} unless you type: mailwright confirm`
      : `an earlier apply is not confirmed: at ${at} it goes back, and this one with it, unless you type: mailwright confirm`,
  );
}

/** The settings as they are to be applied: where the files will hold a secret that is not made yet, it is made. */
async function snapshotWithSecrets(
  context: CommandContext,
  catalogue: Catalogue,
  library: TemplateLibrary,
  event: Event,
  author: Author,
): Promise<Snapshot> {
  const snapshot = readSnapshot(context.paths.database);
  const settings = new Settings(snapshot, catalogue, () => findHostName(context));
  const missing = await secretsToMake(library, settings, event.templates);
  if (missing.length === 0) return snapshot;
  verifySettings(settings, event);
  snapshot.close();
  storeSecrets(context, settings, missing, author);
  return readSnapshot(context.paths.database);
}
