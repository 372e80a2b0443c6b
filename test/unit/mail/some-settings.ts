import { shippedCatalogue } from "../../../src/catalogue/catalogue.ts";
import { type DbRecord, emptySnapshot, type Snapshot } from "../../../src/db/record.ts";
import { Settings } from "../../../src/mail/settings.ts";
import type { SystemAccounts } from "../../../src/mail/system-accounts.ts";
import { byBytes } from "../../../src/system/byte-order.ts";

/** Records of a database as `key type` with their properties. */
export type Records = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Settings of mail.example.org with the records of these databases. */
export function someSettings(
  databases: Readonly<Record<string, Records>>,
  system?: SystemAccounts,
): Settings {
  const host = () => ({ systemName: "mail", domainName: "example.org" });
  return new Settings(someSnapshot(databases), shippedCatalogue, host, system);
}

/** The same, with the databases that most tests ask about in front. */
export function settings(
  accounts: Records,
  domains: Records = {},
  configuration: Records = {},
  others: Readonly<Record<string, Records>> = {},
): Settings {
  return someSettings({ accounts, domains, configuration, ...others });
}

/** A store that holds these records and has no history. */
export function someSnapshot(databases: Readonly<Record<string, Records>>): Snapshot {
  const all = new Map(Object.entries(databases).map(([name, records]) => [name, recordsOf(records)]));
  const records = (database: string) => [...(all.get(database)?.values() ?? [])];
  const record = (database: string, key: string) => all.get(database)?.get(key);
  return {
    ...emptySnapshot,
    records,
    record,
    type: (database, key) => record(database, key)?.type,
    prop: (database, key, name) => record(database, key)?.props.get(name),
    types: (database) => records(database).map(({ key, type }) => ({ key, type })),
    keys: (database) => records(database).map(({ key }) => key),
    namesakes: (database, name) =>
      records(database)
        .filter(({ key }) => key.toLowerCase() === name || key.toLowerCase().startsWith(`${name}@`))
        .map(({ key, type }) => ({ key, type })),
    databases: () => [...all.keys()].sort(byBytes),
  };
}

function recordsOf(records: Records): Map<string, DbRecord> {
  const list = Object.entries(records).map(([id, props]) => {
    const at = id.lastIndexOf(" ");
    return { key: id.slice(0, at), type: id.slice(at + 1), props: new Map(Object.entries(props)) };
  });
  return new Map(
    list.sort((one, other) => byBytes(one.key, other.key)).map((record) => [record.key, record]),
  );
}
