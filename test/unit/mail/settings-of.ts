import { shippedCatalogue } from "../../../src/catalogue/catalogue.ts";
import { type DbRecord, emptySnapshot } from "../../../src/db/record.ts";
import { Settings } from "../../../src/mail/settings.ts";

/** Records of a database by `key type`, with their properties. */
type Records = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The settings of mail.example.org with the records of these databases. */
export function settingsOf(databases: Readonly<Record<string, Records>>): Settings {
  const all = new Map(Object.entries(databases).map(([name, records]) => [name, recordsOf(records)]));
  const find = (database: string, key: string) => all.get(database)?.find((record) => record.key === key);
  const snapshot = {
    ...emptySnapshot,
    records: (database: string) => all.get(database) ?? [],
    record: find,
    type: (database: string, key: string) => find(database, key)?.type,
    prop: (database: string, key: string, name: string) => find(database, key)?.props.get(name),
  };
  return new Settings(snapshot, shippedCatalogue, () => ({ systemName: "mail", domainName: "example.org" }));
}

function recordsOf(records: Records): DbRecord[] {
  return Object.entries(records).map(([id, props]) => {
    const at = id.lastIndexOf(" ");
    return { key: id.slice(0, at), type: id.slice(at + 1), props: new Map(Object.entries(props)) };
  });
}
