import { findProperty, typedValue } from "../catalogue/effective.ts";
import { isSecret } from "../catalogue/secret.ts";
import { refused } from "../errors.ts";
import type { Setting, Settings } from "../mail/settings.ts";
import { mailTables } from "../mail/tables.ts";
import type { Use } from "../template/output.ts";
import { type Context, Scope } from "../template/scope.ts";

/** What fragments see: `config`, `records`, `domain`, `hostname`, and the tables of the mail model. */
export function templateContext(settings: Settings): Context {
  return {
    config: new ConfigScope(settings),
    records: new RecordsScope(settings),
    hostname: settings.hostname,
    systemName: settings.systemName,
    domain: settings.primaryDomain,
    ...Object.fromEntries(
      Object.entries(mailTables).map(([name, table]) => [
        name,
        new TableScope(name, () => table.build(settings), table.from),
      ]),
    ),
  };
}

/** `config.rspamd.SpamKillLevel`: the keys of the database `configuration`. */
class ConfigScope extends Scope {
  /** The settings stay as they are while files are made of them, and fragments name a key again and again. */
  private readonly known = new Map<string, unknown>();

  constructor(private readonly settings: Settings) {
    super();
  }

  has(key: string): boolean {
    return this.settings.type("configuration", key) !== undefined;
  }

  lookup(key: string): unknown {
    if (!this.known.has(key)) this.known.set(key, this.find(key));
    return this.known.get(key);
  }

  private find(key: string): unknown {
    const record = this.settings.record("configuration", key);
    if (record === undefined) return undefined;
    return record.entry?.value === undefined ? new RecordScope(record) : record.type;
  }
}

/** `records.domains`: the records of a database, those of a delete event under way left out. */
class RecordsScope extends Scope {
  constructor(private readonly settings: Settings) {
    super();
  }

  has(): boolean {
    return true;
  }

  lookup(database: string): unknown {
    const records = [...this.settings.records(database)].filter(({ type }) => !type.endsWith("-deleted"));
    return records.map((record) => new RecordScope(record));
  }
}

/** A record's `key`, `type` and properties; numbers are numbers, and lists are lists. */
class RecordScope extends Scope {
  constructor(private readonly record: Setting) {
    super();
  }

  has(name: string): boolean {
    const { entry, stored } = this.record;
    return name === "key" || name === "type" || stored.has(name) || findProperty(entry, name) !== undefined;
  }

  /** A property of a key that the catalogue does not know has no value where it is not stored. */
  lookup(name: string, use: (property: Use) => void): unknown {
    const { record } = this;
    if (name === "key") return record.key;
    if (name === "type") return record.type;
    const property = findProperty(record.entry, name);
    if (record.entry !== undefined && !this.has(name)) {
      throw refused(`${record.key} has no property ${name}`, "UNKNOWN_PROPERTY");
    }
    use({ source: `${record.key} ${name}`, secret: isSecret(record.entry, name) });
    return property === undefined ? record.stored.get(name) : typedValue(property.kind, record.prop(name));
  }
}

/** A table of the mail model, built when a fragment first looks into it. */
class TableScope extends Scope {
  private built: Readonly<Record<string, unknown>> | undefined;

  constructor(
    private readonly name: string,
    private readonly build: () => Readonly<Record<string, unknown>>,
    private readonly from: readonly Use[],
  ) {
    super();
  }

  has(name: string): boolean {
    return Object.hasOwn(this.table(), name);
  }

  lookup(name: string, use: (property: Use) => void): unknown {
    const table = this.table();
    if (!Object.hasOwn(table, name)) {
      const known = Object.keys(table).join(", ");
      throw refused(`${this.name} has no ${name}`, "TEMPLATE", `It has ${known}.`);
    }
    for (const source of this.from) use(source);
    return table[name];
  }

  private table(): Readonly<Record<string, unknown>> {
    this.built ??= this.build();
    return this.built;
  }
}
