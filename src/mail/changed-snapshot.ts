import type { DbRecord, Snapshot } from "../db/record.ts";
import { byBytes } from "../system/byte-order.ts";

/** A record as it is to be, or, where that is `undefined`, that it is to be gone. */
export interface RecordChange {
  readonly database: string;
  readonly key: string;
  readonly record: DbRecord | undefined;
}

/** The records of one database that are other ones, by key; `undefined`: gone. */
type Changed = ReadonlyMap<string, DbRecord | undefined>;

/** The settings as they would be with some records changed, made or gone; the history is as it is. */
export function changedSnapshot(snapshot: Snapshot, changes: readonly RecordChange[]): Snapshot {
  if (changes.length === 0) return snapshot;
  const changed = new Map<string, Map<string, DbRecord | undefined>>();
  for (const { database, key, record } of changes)
    changed.set(database, (changed.get(database) ?? new Map()).set(key, record));
  const isChanged = (database: string, key: string): boolean => changed.get(database)?.has(key) === true;
  const changedRecord = (database: string, key: string) => changed.get(database)?.get(key);
  const known = new Map<string, DbRecord[]>();
  const records = (database: string): DbRecord[] => {
    const own = changed.get(database);
    if (own === undefined) return snapshot.records(database);
    const all = known.get(database) ?? merged(snapshot.records(database), own);
    if (snapshot.isFixed) known.set(database, all);
    return all;
  };
  return {
    isFixed: snapshot.isFixed,
    revision: snapshot.revision,
    newestRevision: snapshot.newestRevision,
    record: (database, key) =>
      isChanged(database, key) ? changedRecord(database, key) : snapshot.record(database, key),
    records,
    types: (database) => records(database).map(({ key, type }) => ({ key, type })),
    prop: (database, key, name) =>
      isChanged(database, key)
        ? changedRecord(database, key)?.props.get(name)
        : snapshot.prop(database, key, name),
    type: (database, key) =>
      isChanged(database, key) ? changedRecord(database, key)?.type : snapshot.type(database, key),
    keys: (database) => records(database).map(({ key }) => key),
    namesakes: (database, name) => [
      ...snapshot.namesakes(database, name).filter(({ key }) => !isChanged(database, key)),
      ...[...(changed.get(database)?.values() ?? [])].flatMap((record) =>
        record !== undefined && isCalled(record.key, name) ? [{ key: record.key, type: record.type }] : [],
      ),
    ],
    databases: () => {
      const all = [...snapshot.databases(), ...changed.keys()];
      return [...new Set(all)].filter((database) => records(database).length > 0).sort(byBytes);
    },
    changes: (after) => snapshot.changes(after),
    replacedValues: () => snapshot.replacedValues(),
    appliedRevisions: () => snapshot.appliedRevisions(),
    close: () => snapshot.close(),
  };
}

/** In byte order of the keys. */
function merged(stored: readonly DbRecord[], changed: Changed): DbRecord[] {
  const kept = stored.filter(({ key }) => !changed.has(key));
  const others = [...changed.values()].flatMap((record) => record ?? []);
  return [...kept, ...others].sort((left, right) => byBytes(left.key, right.key));
}

function isCalled(key: string, name: string): boolean {
  const lower = key.toLowerCase();
  return lower === name || lower.startsWith(`${name}@`);
}
