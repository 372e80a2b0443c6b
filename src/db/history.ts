import { type Snapshot, typeName } from "./record.ts";
import type { Writer } from "./writer.ts";

/** One changed property, or type (name `type`); `undefined` means absent. */
export interface Change {
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly actor: string;
  readonly via: string;
  readonly database: string;
  readonly key: string;
  readonly name: string;
  readonly old: string | undefined;
  readonly new: string | undefined;
}

/** Undoes, as part of the writer's transaction, what these changes did; give them oldest first. */
export function undo(writer: Writer, changes: readonly Change[]): void {
  const id = ({ database, key }: Change): string => JSON.stringify([database, key]);
  const back = new Set(changes.filter(({ name, old }) => name === typeName && old !== undefined).map(id));
  for (const change of [...changes].reverse()) {
    const { database, key, name, old } = change;
    if (name === typeName) {
      if (old === undefined) writer.deleteRecord(database, key);
      else writer.setType(database, key, old);
    } else if (old === undefined) writer.deleteProp(database, key, name);
    // A record that is deleted since has no properties any more.
    else if (back.has(id(change)) || writer.snapshot.type(database, key) !== undefined)
      writer.setProp(database, key, name, old);
  }
}

/**
 * Undoes those after which nothing else was set: a value that is another one now stays, and so does a record that was made,
 * deleted, or given another type since, with all its properties. Give them oldest first, each property once.
 */
export function undoUntouched(writer: Writer, changes: readonly Change[]): void {
  const id = ({ database, key }: Change): string => JSON.stringify([database, key]);
  const isAsLeft = (change: Change): boolean => currentValue(writer.snapshot, change) === change.new;
  const others = new Set(changes.filter((one) => one.name === typeName && !isAsLeft(one)).map(id));
  undo(
    writer,
    changes.filter((one) => isAsLeft(one) && !others.has(id(one))),
  );
}

function currentValue(
  snapshot: Pick<Snapshot, "type" | "prop">,
  { database, key, name }: Change,
): string | undefined {
  return name === typeName ? snapshot.type(database, key) : snapshot.prop(database, key, name);
}

/** The net changes that `store` makes by this writer. */
export function netChangesBy(writer: Writer, store: () => void): Change[] {
  const { newestRevision } = writer.snapshot;
  store();
  return netChanges(writer.snapshot.changes(newestRevision));
}

/** The net effect of many changes: for each property its first old and its last new value, where they differ. */
export function netChanges<T extends Change>(changes: readonly T[]): T[] {
  const net = new Map<string, T>();
  for (const change of changes) {
    const id = JSON.stringify([change.database, change.key, change.name]);
    const first = net.get(id);
    net.delete(id);
    net.set(id, first === undefined ? change : { ...change, old: first.old });
  }
  return [...net.values()].filter((change) => change.old !== change.new);
}
