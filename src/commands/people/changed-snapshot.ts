import type { DbRecord, Snapshot } from "../../db/record.ts";
import { byBytes } from "../../mail/settings.ts";

/** The settings as they would be with one record changed, made, or, where it is `undefined`, gone. */
export function changedSnapshot(
  snapshot: Snapshot,
  database: string,
  key: string,
  record: DbRecord | undefined,
): Snapshot {
  const isOwn = (ofDatabase: string, ofKey: string): boolean => ofDatabase === database && ofKey === key;
  const records = (of: string): DbRecord[] => {
    if (of !== database) return snapshot.records(of);
    const others = snapshot.records(of).filter((other) => other.key !== key);
    return [...others, ...(record === undefined ? [] : [record])].sort((left, right) =>
      byBytes(left.key, right.key),
    );
  };
  const types = (of: string): { key: string; type: string }[] =>
    records(of).map(({ key: own, type }) => ({ key: own, type }));
  return {
    revision: snapshot.revision,
    newestRevision: snapshot.newestRevision,
    record: (of, own) => (isOwn(of, own) ? record : snapshot.record(of, own)),
    prop: (of, own, name) => (isOwn(of, own) ? record?.props.get(name) : snapshot.prop(of, own, name)),
    type: (of, own) => (isOwn(of, own) ? record?.type : snapshot.type(of, own)),
    records,
    types,
    keys: (of) => types(of).map(({ key: own }) => own),
    namesakes: (of, name) => snapshot.namesakes(of, name),
    databases: () => [...new Set([...snapshot.databases(), database])],
    changes: (after) => snapshot.changes(after),
    appliedRevisions: () => snapshot.appliedRevisions(),
    close: () => snapshot.close(),
  };
}
