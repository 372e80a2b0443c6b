import { Concealer } from "../apply/conceal.ts";
import { disarmTimer } from "../apply/confirm-timer.ts";
import { restore } from "../apply/restore.ts";
import { restoredText } from "../apply/service-failure.ts";
import { type Change, netChanges, undo, undoUntouched } from "../db/history.ts";
import type { Confirmation, Ledger } from "../db/ledger.ts";
import { type Author, readSnapshot, writeTransaction } from "../db/store.ts";
import { MailwrightError } from "../errors.ts";
import { Settings } from "../mail/settings.ts";
import { eventVia } from "../system/author.ts";
import type { System } from "../system/system.ts";
import { type CommandContext, findHostName, loadCatalogue } from "./context.ts";
import { deletedByEvents } from "./deleted-record.ts";
import { isOwnChange, ownChangesNote, pendingChanges } from "./pending-changes.ts";

/**
 * Brings everything back to how it was before the apply that waits to be confirmed: files, services, and the settings
 * that it, and those after it, had changed or carried out. The caller holds the lock. Returns what to tell.
 */
export async function goBack(
  context: CommandContext,
  system: System,
  ledger: Ledger,
  author: Author,
): Promise<string> {
  const { paths } = context;
  const waiting = ledger.confirmation();
  if (waiting === undefined) throw nothingToConfirm();
  const restored = await system.processes.undisturbed(() =>
    restore({ system, paths, ledger }, ["unverified", "unconfirmed"]),
  );
  const carriedOut = await settingsSince(context, ledger, waiting);
  for (const [via, changes] of byVia(carriedOut, author.via)) {
    // What was set to another value since is not of that apply, and stays.
    writeTransaction(paths.database, { ...author, via }, (writer) => undoUntouched(writer, changes));
  }
  // Deleting a record was no setting that waited, so bringing it back is none that waits.
  writeTransaction(paths.database, { ...author, via: `${eventVia} confirm` }, (writer) =>
    undo(writer, netChanges(deletedByEvents(writer.snapshot.changes(0), waiting.revision))),
  );
  const concealer = await concealerOf(context);
  const done = concealer.text(
    [
      restoredText(restored),
      settingsText(carriedOut.length),
      ...ownChangesNote(carriedOut),
      ...restored.notes,
    ]
      .filter(Boolean)
      .join("; "),
  );
  const detail = `not confirmed: ${done}`;
  ledger.together(() => {
    ledger.replaceApplied(waiting.applied);
    ledger.recordConfirmation(undefined);
    for (const { revision, outcome } of ledger.applies(waiting.revision - 1)) {
      if (outcome === "unconfirmed" || outcome === "running")
        ledger.endApply(revision, "restored", detail, []);
    }
  });
  await disarmTimer(system, paths);
  if (restored.problems.length > 0) {
    throw new MailwrightError("not all is as it was before the apply that was not confirmed", {
      code: "RESTORE_INCOMPLETE",
      hint: `${concealer.text(restored.problems.join("\n"))}\nSee: mailwright status, journalctl -b -p err`,
    });
  }
  return `the apply of revision ${waiting.revision} was not confirmed; everything is as it was before it: ${done}`;
}

/** Takes secrets out of what daemons said; it knows them from the database. */
async function concealerOf(context: CommandContext): Promise<Concealer> {
  const catalogue = await loadCatalogue(context);
  const snapshot = readSnapshot(context.paths.database);
  const concealer = new Concealer(new Settings(snapshot, catalogue, () => findHostName(context)));
  // Now, while the snapshot is open.
  concealer.text("");
  snapshot.close();
  return concealer;
}

function settingsText(count: number): string {
  return count === 0 ? "" : `${count} ${count === 1 ? "setting" : "settings"} taken back`;
}

export function nothingToConfirm(): MailwrightError {
  return new MailwrightError("nothing waits to be confirmed", {
    code: "NOTHING_TO_CONFIRM",
    hint: "An apply waits where it was started with --confirm, such as: signal-event --confirm 10m EVENT",
  });
}

/** What an event changed by itself is taken back as its own too, so that both or neither wait when it is signalled again. */
function byVia(changes: readonly Change[], others: string): [string, Change[]][] {
  const parts = new Map<string, Change[]>();
  for (const change of changes) {
    const via = isOwnChange(change) ? change.via : others;
    parts.set(via, [...(parts.get(via) ?? []), change]);
  }
  return [...parts];
}

/**
 * The changes that were pending before the apply and are not now, and those that events have made by themselves since the
 * apply before it: they are stored before the apply begins, and an event may have failed since and left them.
 */
async function settingsSince(
  context: CommandContext,
  ledger: Ledger,
  { applied, revision }: Confirmation,
): Promise<Change[]> {
  const snapshot = readSnapshot(context.paths.database);
  try {
    const settings = new Settings(snapshot, await loadCatalogue(context), () => findHostName(context));
    const id = ({ database, key, name }: Change): string => JSON.stringify([database, key, name]);
    const still = new Set(pendingChanges(settings, ledger.appliedRevisions()).map(id));
    const carriedOut = pendingChanges(settings, applied).filter((change) => !still.has(id(change)));
    const known = new Set(carriedOut.map(id));
    const before = ledger.applies(0).findLast((apply) => apply.revision < revision)?.revision ?? 0;
    const own = netChanges(snapshot.changes(before).filter(isOwnChange));
    return [...carriedOut, ...own.filter((change) => !known.has(id(change)))];
  } finally {
    snapshot.close();
  }
}
