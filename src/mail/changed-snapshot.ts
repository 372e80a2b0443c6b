import type { DbRecord, Snapshot } from "../db/record.ts";
import { byBytes } from "./settings.ts";

/** A record as it is to be, or, where that is `undefined`, that it is to be gone. */
export interface RecordChange {
  readonly database: string;
  readonly key: string;
  readonly record: DbRecord | undefined;
}

/** The settings as they would be with some records changed, made or gone; the history is as it is. */
export function changedSnapshot(snapshot: Snapshot, changes: readonly RecordChange[]): Snapshot {
  if (changes.length === 0) return snapshot;
  const change = (database: string, key: string): RecordChange | undefined =>
    changes.findLast((one) => one.database === database && one.key === key);
  const record = (database: string, key: string): DbRecord | undefined => {
    const found = change(database, key);
    return found === undefined ? snapshot.record(database, key) : found.record;
  };
  const records = (database: string): DbRecord[] => {
    const keys = new Set(changes.flatMap((one) => (one.database === database ? [one.key] : [])));
    if (keys.size === 0) return snapshot.records(database);
    const kept = snapshot.records(database).filter(({ key }) => !keys.has(key));
    return [...kept, ...[...keys].flatMap((key) => record(database, key) ?? [])].sort((left, right) =>
      byBytes(left.key, right.key),
    );
  };
  const types = (database: string): { key: string; type: string }[] =>
    records(database).map(({ key, type }) => ({ key, type }));
  return {
    isFixed: snapshot.isFixed,
    revision: snapshot.revision,
    newestRevision: snapshot.newestRevision,
    record,
    records,
    types,
    prop: (database, key, name) => record(database, key)?.props.get(name),
    type: (database, key) => record(database, key)?.type,
    keys: (database) => records(database).map(({ key }) => key),
    namesakes: (database, name) =>
      types(database).filter(({ key }) => key.replace(/@[^@]*$/, "").toLowerCase() === name),
    databases: () => [...new Set([...snapshot.databases(), ...changes.map(({ database }) => database)])],
    changes: (after) => snapshot.changes(after),
    replacedValues: () => snapshot.replacedValues(),
    appliedRevisions: () => snapshot.appliedRevisions(),
    close: () => snapshot.close(),
  };
}
