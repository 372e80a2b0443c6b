import { findProperty, typedValue } from "../catalogue/effective.ts";
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
        new TableScope(() => table.build(settings), table.from),
      ]),
    ),
  };
}

/** `config.rspamd.SpamKillLevel`: the keys of the database `configuration`. */
class ConfigScope extends Scope {
  constructor(private readonly settings: Settings) {
    super();
  }

  lookup(key: string): unknown {
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

  lookup(name: string, use: (property: Use) => void): unknown {
    const { record } = this;
    if (name === "key") return record.key;
    if (name === "type") return record.type;
    const property = findProperty(record.entry, name);
    if (record.entry !== undefined && property === undefined && !record.stored.has(name)) {
      throw refused(`a fragment reads ${record.key} ${name}, which is no property of it`, "UNKNOWN_PROPERTY");
    }
    use({ source: `${record.key} ${name}`, secret: property?.secret === true });
    return property === undefined ? record.prop(name) : typedValue(property.kind, record.prop(name));
  }
}

/** A table of the mail model, built when a fragment first looks into it. */
class TableScope extends Scope {
  private built: Readonly<Record<string, unknown>> | undefined;

  constructor(
    private readonly build: () => Readonly<Record<string, unknown>>,
    private readonly from: readonly Use[],
  ) {
    super();
  }

  lookup(name: string, use: (property: Use) => void): unknown {
    this.built ??= this.build();
    if (!Object.hasOwn(this.built, name))
      throw refused(`a fragment reads ${name}, which no table has`, "TEMPLATE");
    for (const source of this.from) use(source);
    return this.built[name];
  }
}
