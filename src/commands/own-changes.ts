import type { Catalogue } from "../catalogue/catalogue.ts";
import { type Change, undo } from "../db/history.ts";
import type { DbRecord, Snapshot } from "../db/record.ts";
import { type Author, readSnapshot, writeTransaction } from "../db/store.ts";
import { MailwrightError } from "../errors.ts";
import { byBytes, Settings } from "../mail/settings.ts";
import { restoredRecords } from "./backup/settings-file.ts";
import { type CommandContext, findHostName } from "./context.ts";
import type { EventRun } from "./event-run.ts";
import { publicMailboxChanges } from "./public-mailbox/changes.ts";

/** A record as it is to be, or that it is to be gone. */
export interface RecordChange {
  readonly database: string;
  readonly key: string;
  readonly record: DbRecord | undefined;
}

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

/** The settings as they would be, for a dry run. */
export function withRecords(snapshot: Snapshot, changes: readonly RecordChange[]): Snapshot {
  if (changes.length === 0) return snapshot;
  const change = (database: string, key: string): RecordChange | undefined =>
    changes.find((one) => one.database === database && one.key === key);
  const record = (database: string, key: string): DbRecord | undefined => {
    const found = change(database, key);
    return found === undefined ? snapshot.record(database, key) : found.record;
  };
  const records = (database: string): DbRecord[] => {
    const own = changes.filter((one) => one.database === database);
    const kept = snapshot.records(database).filter(({ key }) => change(database, key) === undefined);
    return [...kept, ...own.flatMap((one) => one.record ?? [])].sort((left, right) =>
      byBytes(left.key, right.key),
    );
  };
  const types = (database: string): { key: string; type: string }[] =>
    records(database).map(({ key, type }) => ({ key, type }));
  return {
    revision: snapshot.revision,
    newestRevision: snapshot.newestRevision,
    record,
    records,
    types,
    namesakes: (database, name) =>
      types(database).filter(({ key }) => key.replace(/@[^@]*$/, "").toLowerCase() === name),
    prop: (database, key, name) => record(database, key)?.props.get(name),
    type: (database, key) => record(database, key)?.type,
    keys: (database) => records(database).map(({ key }) => key),
    databases: () => [...new Set([...snapshot.databases(), ...changes.map(({ database }) => database)])],
    changes: (after) => snapshot.changes(after),
    appliedRevisions: () => snapshot.appliedRevisions(),
    close: () => snapshot.close(),
  };
}
