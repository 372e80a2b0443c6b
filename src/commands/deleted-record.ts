import type { Event } from "../apply/event.ts";
import type { Change } from "../db/history.ts";
import { type DbRecord, type Snapshot, typeName } from "../db/record.ts";
import { type Author, writeTransaction } from "../db/store.ts";
import { refused } from "../errors.ts";
import { eventVia } from "../system/author.ts";

/** The record that a delete event is about. */
export interface Doomed {
  readonly database: string;
  readonly key: string;
}

const suffix = "-deleted";

/** The record that the event deletes, from its first argument; none for other events. */
export function doomedRecords({ name, deletes }: Event, [key]: readonly string[]): Doomed[] {
  if (deletes === undefined) return [];
  if (key === undefined) {
    throw refused(
      `${name} needs the key of a record in ${deletes}`,
      "USAGE",
      `accepted: signal-event ${name} KEY`,
    );
  }
  return [{ database: deletes, key }];
}

/**
 * Marks the record by its type, so that templates and the mail model no longer see it; it may be gone already. Returns
 * whether it was not marked before.
 */
export function markDeleted(path: string, { database, key }: Doomed, author: Author): boolean {
  return writeTransaction(path, author, (writer) => {
    const type = writer.snapshot.type(database, key);
    if (type === undefined || type.endsWith(suffix)) return false;
    writer.setType(database, key, marked(type));
    return true;
  });
}

/** Keys of records whose delete event was cut off, or has failed after files were written. */
export function markedKeys(snapshot: Snapshot, database: string): string[] {
  return snapshot.types(database).flatMap(({ key, type }) => (type.endsWith(suffix) ? [key] : []));
}

/** Takes the mark away, when the event has failed and left everything as it was. */
export function unmarkDeleted(path: string, { database, key }: Doomed, author: Author): void {
  writeTransaction(path, author, (writer) => {
    const type = writer.snapshot.type(database, key);
    if (type?.endsWith(suffix)) writer.setType(database, key, type.slice(0, -suffix.length));
  });
}

/**
 * What events after a revision did to the records that they deleted, the mark included, oldest first. Pure.
 */
export function deletedByEvents(changes: readonly Change[], after: number): Change[] {
  const own = changes.filter(({ via }) => via.startsWith(`${eventVia} `));
  const id = ({ database, key }: Change): string => JSON.stringify([database, key]);
  const deleted = new Map<string, number>();
  for (const change of own) if (isMark(change)) deleted.set(id(change), change.revision);
  const gone = new Set(
    own
      .filter(
        ({ name, new: value, revision }) => name === typeName && value === undefined && revision > after,
      )
      .map(id),
  );
  return own.filter(
    (change) => gone.has(id(change)) && change.revision >= (deleted.get(id(change)) ?? after + 1),
  );
}

/** Whether a change marks a record that is to be deleted. */
export function isMark({ name, new: value }: Change): boolean {
  return name === typeName && value?.endsWith(suffix) === true;
}

/** Removes the record, when the event has succeeded. */
export function removeRecord(path: string, { database, key }: Doomed, author: Author): void {
  writeTransaction(path, author, (writer) => writer.deleteRecord(database, key));
}

/** The settings as they would be with the record marked, for a dry run. */
export function withoutRecord(snapshot: Snapshot, doomed: Doomed): Snapshot {
  const hide = (database: string, record: DbRecord): DbRecord =>
    database === doomed.database && record.key === doomed.key
      ? { ...record, type: marked(record.type) }
      : record;
  return {
    isFixed: snapshot.isFixed,
    revision: snapshot.revision,
    newestRevision: snapshot.newestRevision,
    record: (database, key) => {
      const record = snapshot.record(database, key);
      return record && hide(database, record);
    },
    prop: (database, key, name) => snapshot.prop(database, key, name),
    type: (database, key) => {
      const type = snapshot.type(database, key);
      return type !== undefined && database === doomed.database && key === doomed.key ? marked(type) : type;
    },
    records: (database) => snapshot.records(database).map((record) => hide(database, record)),
    types: (database) => snapshot.records(database).map(({ key, type }) => ({ key, type })),
    keys: (database) => snapshot.keys(database),
    databases: () => snapshot.databases(),
    changes: (after) => snapshot.changes(after),
    replacedValues: () => snapshot.replacedValues(),
    appliedRevisions: () => snapshot.appliedRevisions(),
    close: () => snapshot.close(),
  };
}

const marked = (type: string): string => (type.endsWith(suffix) ? type : `${type}${suffix}`);
