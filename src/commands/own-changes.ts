import type { Catalogue } from "../catalogue/catalogue.ts";
import { type Change, undo } from "../db/history.ts";
import type { Snapshot } from "../db/record.ts";
import { type Author, readSnapshot, writeTransaction } from "../db/store.ts";
import { MailwrightError } from "../errors.ts";
import type { RecordChange } from "../mail/changed-snapshot.ts";
import { Settings } from "../mail/settings.ts";
import { restoredRecords } from "./backup/settings-file.ts";
import { type CommandContext, findHostName } from "./context.ts";
import type { EventRun } from "./event-run.ts";
import { publicMailboxChanges } from "./public-mailbox/changes.ts";

/** What an event changes of the settings, by its arguments; it refuses those that it does not accept. */
type OwnChange = (
  settings: Settings,
  args: readonly string[],
  context: CommandContext,
) => readonly RecordChange[];

/** By the name that `changes` in event.yaml has for it. */
const known: Readonly<Record<string, OwnChange>> = {
  ...publicMailboxChanges,
  restore: (settings, _args, context) => restoredRecords(settings.snapshot, context),
};

/** What the event changes before it makes files; nothing for most. */
export function ownChanges(
  context: CommandContext,
  catalogue: Catalogue,
  { event, args }: EventRun,
  snapshot: Snapshot,
): readonly RecordChange[] {
  if (event.changes === undefined) return [];
  const change = Object.hasOwn(known, event.changes) ? known[event.changes] : undefined;
  if (change === undefined) {
    throw new MailwrightError(`the event ${event.name} changes what nobody knows: ${event.changes}`, {
      code: "EVENT_MANIFEST",
      hint: `known: ${Object.keys(known).join(", ")}`,
    });
  }
  return change(new Settings(snapshot, catalogue, () => findHostName(context)), args, context);
}

/** Stores it in one transaction; returns what was stored, so that it can be taken back. */
export async function storeOwnChanges(
  context: CommandContext,
  catalogue: Catalogue,
  run: EventRun,
  author: Author,
): Promise<readonly Change[]> {
  if (run.event.changes === undefined) return [];
  const { database: path } = context.paths;
  const revision = writeTransaction(path, author, (writer) => {
    for (const { database, key, record } of ownChanges(context, catalogue, run, writer.snapshot)) {
      if (record === undefined) writer.deleteRecord(database, key);
      else writer.setRecord(database, record);
    }
    return writer.revision;
  });
  const snapshot = readSnapshot(path);
  const stored = snapshot.changes(revision - 1).filter((change) => change.revision === revision);
  snapshot.close();
  return stored;
}

/** When the event has failed and left everything as it was. */
export function takeBack(path: string, stored: readonly Change[], author: Author): void {
  if (stored.length > 0) writeTransaction(path, author, (writer) => undo(writer, stored));
}
