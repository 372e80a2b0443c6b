import { findEntry, shippedCatalogue } from "../../../src/catalogue/catalogue.ts";
import { effectiveProps } from "../../../src/catalogue/effective.ts";
import type { KeyEntry, RuleContext, RuleRecord } from "../../../src/catalogue/entry.ts";

/** A record as a test writes it. */
export interface TestRecord {
  readonly database: string;
  readonly key: string;
  readonly type: string;
  readonly props?: Readonly<Record<string, string>>;
}

export function entryFor(database: string, key: string, type?: string): KeyEntry {
  const entry = findEntry(shippedCatalogue, database, key, type);
  if (entry === undefined) throw new Error(`no entry for ${database} ${key}`);
  return entry;
}

export function recordFor({ database, key, type, props = {} }: TestRecord): RuleRecord {
  const values = new Map(effectiveProps(findEntry(shippedCatalogue, database, key, type), props));
  return { key, type, prop: (name) => values.get(name) ?? "" };
}

export function contextOf(records: readonly TestRecord[], primaryDomain = "example.org"): RuleContext {
  const context: RuleContext = {
    primaryDomain,
    namesakes: (database, name) =>
      records.filter(
        ({ key, ...record }) =>
          record.database === database && key.replace(/@[^@]*$/, "").toLowerCase() === name,
      ),
    records: (database) => records.filter((record) => record.database === database).map(recordFor),
    once: (find) => find(context),
  };
  return context;
}
