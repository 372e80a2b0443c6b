import { type Catalogue, entriesOf, entryFinder, findEntry } from "../catalogue/catalogue.ts";
import { effectiveProps, findProperty } from "../catalogue/effective.ts";
import type { KeyEntry, RuleContext, RuleRecord } from "../catalogue/entry.ts";
import type { DbRecord, Snapshot } from "../db/record.ts";
import { byBytes } from "../system/byte-order.ts";
import { type Keytab, noKeytab } from "./keytab.ts";
import { noSystemAccounts, type SystemAccounts } from "./system-accounts.ts";

/** The two halves of the machine's full name, as they are where neither is stored. */
export interface HostName {
  readonly systemName: string;
  readonly domainName: string;
}

/** A record with its defaults: what is stored over what the catalogue says. */
export interface Setting extends RuleRecord {
  /** What the catalogue knows of it, if anything. */
  readonly entry: KeyEntry | undefined;
  readonly stored: ReadonlyMap<string, string>;
  /** Whether the record itself is stored, or only known to the catalogue. */
  readonly isStored: boolean;
}

const noProps: ReadonlyMap<string, string> = new Map();

/**
 * The settings as everything but the database itself sees them: stored values over the catalogue's defaults.
 * A key that the catalogue names (such as `rspamd`) exists even where nothing of it is stored.
 */
export class Settings implements RuleContext {
  private knownHost: HostName | undefined;
  private readonly found = new Map<unknown, unknown>();

  constructor(
    readonly snapshot: Snapshot,
    readonly catalogue: Catalogue,
    private readonly findHost: () => HostName,
    /** None where accounts are records alone, and where nobody has asked the system. */
    readonly systemAccounts: SystemAccounts = noSystemAccounts,
    /** The Kerberos keys of the mail services; absent, too, where nobody has looked. */
    readonly keytab: Keytab = noKeytab,
  ) {}

  withSystemAccounts(accounts: SystemAccounts, keytab: Keytab = noKeytab): Settings {
    return new Settings(this.snapshot, this.catalogue, this.findHost, accounts, keytab);
  }

  /** The effective value; `undefined` where the record, or the property, does not exist. */
  prop(database: string, key: string, name: string): string | undefined {
    const type = this.snapshot.type(database, key);
    const entry = findEntry(this.catalogue, database, key, type);
    if (type === undefined && !isSingleton(entry)) return undefined;
    return this.snapshot.prop(database, key, name) ?? findProperty(entry, name)?.default;
  }

  type(database: string, key: string): string | undefined {
    const stored = this.snapshot.type(database, key);
    if (stored !== undefined) return stored;
    const entry = findEntry(this.catalogue, database, key);
    return isSingleton(entry) ? this.defaultType(entry, key) : undefined;
  }

  record(database: string, key: string): Setting | undefined {
    const stored = this.snapshot.record(database, key);
    const entry = findEntry(this.catalogue, database, key, stored?.type);
    if (stored !== undefined) return setting(stored, entry, true);
    return isSingleton(entry) ? this.unsetRecord(entry) : undefined;
  }

  /** A known key of which nothing is stored. */
  private unsetRecord(entry: Singleton): Setting {
    const { key } = entry.match;
    return setting({ key, type: this.defaultType(entry, key), props: noProps }, entry, false);
  }

  /** Stored records and those that the catalogue names, in UTF-8 byte order of their keys. */
  *records(database: string): Generator<Setting> {
    const known = entriesOf(this.catalogue, database).filter(isSingleton);
    const stored = this.snapshot.records(database);
    const unset = known
      .filter(({ match }) => this.snapshot.type(database, match.key) === undefined)
      .sort((left, right) => byBytes(left.match.key, right.match.key));
    const find = entryFinder(this.catalogue, database);
    let next = unset.shift();
    for (const record of stored) {
      for (; next !== undefined && byBytes(next.match.key, record.key) < 0; next = unset.shift())
        yield this.unsetRecord(next);
      yield setting(record, find(record.key, record.type), true);
    }
    for (; next !== undefined; next = unset.shift()) yield this.unsetRecord(next);
  }

  namesakes(database: string, name: string): { readonly key: string; readonly type: string }[] {
    return this.snapshot.namesakes(database, name);
  }

  /** The same catalogue and machine over another snapshot. */
  over(snapshot: Snapshot): Settings {
    return new Settings(snapshot, this.catalogue, this.findHost, this.systemAccounts, this.keytab);
  }

  once<T>(find: (settings: Settings) => T): T {
    if (!this.snapshot.isFixed) return find(this);
    if (!this.found.has(find)) this.found.set(find, find(this));
    return this.found.get(find) as T;
  }

  /** Found when it is first needed: most questions are not about the machine's name. */
  private get host(): HostName {
    this.knownHost ??= this.findHost();
    return this.knownHost;
  }

  get systemName(): string {
    return this.type("configuration", "SystemName") ?? this.host.systemName;
  }

  get primaryDomain(): string {
    return this.type("configuration", "DomainName") ?? this.host.domainName;
  }

  /** The machine's full name. */
  get hostname(): string {
    return `${this.systemName}.${this.primaryDomain}`;
  }

  private defaultType(entry: KeyEntry, key: string): string {
    if (key === "SystemName") return this.host.systemName;
    if (key === "DomainName") return this.host.domainName;
    return entry.value?.default ?? entry.types[0] ?? "";
  }
}

/** A record's effective properties as name and value, in UTF-8 byte order of the names. */
export function propsOf(record: Setting): readonly (readonly [string, string])[] {
  return effectiveProps(record.entry, Object.fromEntries(record.stored));
}

type Singleton = KeyEntry & { readonly match: { readonly key: string } };

function isSingleton(entry: KeyEntry | undefined): entry is Singleton {
  return entry !== undefined && "key" in entry.match;
}

function setting(record: DbRecord, entry: KeyEntry | undefined, isStored: boolean): Setting {
  const { key, type, props: stored } = record;
  const prop = (name: string): string => stored.get(name) ?? findProperty(entry, name)?.default ?? "";
  return { key, type, prop, entry, stored, isStored };
}
