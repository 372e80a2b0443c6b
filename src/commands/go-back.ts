import { Concealer } from "../apply/conceal.ts";
import { disarmTimer } from "../apply/confirm-timer.ts";
import { restore } from "../apply/restore.ts";
import { restoredText } from "../apply/service-failure.ts";
import { netChanges, undo } from "../db/history.ts";
import type { Confirmation, Ledger } from "../db/ledger.ts";
import { type Author, readSnapshot, writeTransaction } from "../db/store.ts";
import { MailwrightError } from "../errors.ts";
import { Settings } from "../mail/settings.ts";
import { eventVia } from "../system/author.ts";
import type { System } from "../system/system.ts";
import { type CommandContext, findHostName, loadCatalogue } from "./context.ts";
import { deletedByEvents } from "./deleted-record.ts";
import { type PendingChange, pendingChanges } from "./pending-changes.ts";

/**
 * Brings everything back to how it was before the apply that waits to be confirmed: files, services, and the settings
 * that it, and those after it, had carried out. The caller holds the lock. Returns what to tell.
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
  writeTransaction(paths.database, author, (writer) => {
    // What was set to another value since is not of that apply, and stays.
    const own = carriedOut.filter((change) => currentValue(writer.snapshot, change) === change.new);
    undo(writer, own);
  });
  // Deleting a record was no setting that waited, so bringing it back is none that waits.
  writeTransaction(paths.database, { ...author, via: `${eventVia} confirm` }, (writer) =>
    undo(writer, netChanges(deletedByEvents(writer.snapshot.changes(0), waiting.revision))),
  );
  const concealer = await concealerOf(context);
  const done = concealer.text(
    [restoredText(restored), settingsText(carriedOut.length), ...restored.notes].filter(Boolean).join("; "),
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

/** The changes that were pending before the apply and are not now. */
async function settingsSince(
  context: CommandContext,
  ledger: Ledger,
  { applied }: Confirmation,
): Promise<PendingChange[]> {
  const snapshot = readSnapshot(context.paths.database);
  try {
    const settings = new Settings(snapshot, await loadCatalogue(context), () => findHostName(context));
    const id = ({ database, key, name }: PendingChange): string => JSON.stringify([database, key, name]);
    const still = new Set(pendingChanges(settings, ledger.appliedRevisions()).map(id));
    return pendingChanges(settings, applied).filter((change) => !still.has(id(change)));
  } finally {
    snapshot.close();
  }
}

function currentValue(
  snapshot: {
    type(database: string, key: string): string | undefined;
    prop(database: string, key: string, name: string): string | undefined;
  },
  { database, key, name }: PendingChange,
): string | undefined {
  return name === "type" ? snapshot.type(database, key) : snapshot.prop(database, key, name);
}
