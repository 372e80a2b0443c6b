import type { Change } from "./history.ts";

/** One record of a database: a key with a type and named properties, in UTF-8 byte order of their names. */
export interface DbRecord {
  readonly key: string;
  readonly type: string;
  readonly props: ReadonlyMap<string, string>;
}

/** What a property, or with the name `type` a record's type, was before a change. */
export interface ReplacedValue {
  readonly database: string;
  readonly key: string;
  readonly name: string;
  readonly old: string;
}

/** Reading access to the stored settings, as of one moment. Defaults are not known here. */
export interface Snapshot {
  /** Whether every answer stays true as long as this is open. */
  readonly isFixed: boolean;
  /** The newest revision of a change; 0 before the first. */
  readonly revision: number;
  /** The newest revision of all, those of applies included. */
  readonly newestRevision: number;
  record(database: string, key: string): DbRecord | undefined;
  prop(database: string, key: string, name: string): string | undefined;
  type(database: string, key: string): string | undefined;
  /** In UTF-8 byte order of the keys, as are the two below. */
  records(database: string): DbRecord[];
  types(database: string): { readonly key: string; readonly type: string }[];
  keys(database: string): string[];
  /**
   * The records that are called `name`, which is in lower case: by the whole key, or by what stands before `@` and a
   * domain. Found through an index; capitals of ASCII are as good, and of other letters where all of the name is in them.
   */
  namesakes(database: string, name: string): { readonly key: string; readonly type: string }[];
  databases(): string[];
  /** What was changed after a revision, oldest first. */
  changes(after: number): Change[];
  /** What properties and types once were, the same value more than once where it was replaced so. */
  replacedValues(): ReplacedValue[];
  /** Up to which revision each event has been carried out. */
  appliedRevisions(): ReadonlyMap<string, number>;
  close(): void;
}

/** The name under which a record's type stands in the history; it can be no property's name. */
export const typeName = "type";

/** The snapshot of a database that does not exist yet. */
export const emptySnapshot: Snapshot = {
  isFixed: true,
  revision: 0,
  newestRevision: 0,
  record: () => undefined,
  prop: () => undefined,
  type: () => undefined,
  records: () => [],
  types: () => [],
  keys: () => [],
  namesakes: () => [],
  databases: () => [],
  changes: () => [],
  replacedValues: () => [],
  appliedRevisions: () => new Map(),
  close: () => undefined,
};
