import { shippedCatalogue } from "../../../src/catalogue/catalogue.ts";
import { type DbRecord, emptySnapshot } from "../../../src/db/record.ts";
import { Settings } from "../../../src/mail/settings.ts";
import type { SystemAccounts } from "../../../src/mail/system-accounts.ts";

type Records = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Settings of a machine in example.org, from records as `key type` with their properties, by database. */
export function someSettings(
  databases: Readonly<Record<string, Records>>,
  system?: SystemAccounts,
): Settings {
  const all = new Map(Object.entries(databases).map(([name, records]) => [name, recordsOf(records)]));
  const find = (database: string, key: string) => all.get(database)?.find((record) => record.key === key);
  const snapshot = {
    ...emptySnapshot,
    records: (database: string) => all.get(database) ?? [],
    record: find,
    type: (database: string, key: string) => find(database, key)?.type,
    prop: (database: string, key: string, name: string) => find(database, key)?.props.get(name),
  };
  const host = () => ({ systemName: "mail", domainName: "example.org" });
  return new Settings(snapshot, shippedCatalogue, host, system);
}

function recordsOf(records: Records): DbRecord[] {
  return Object.entries(records).map(([id, props]) => {
    const at = id.lastIndexOf(" ");
    return { key: id.slice(0, at), type: id.slice(at + 1), props: new Map(Object.entries(props)) };
  });
}
