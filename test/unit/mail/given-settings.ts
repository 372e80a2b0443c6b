import { shippedCatalogue } from "../../../src/catalogue/catalogue.ts";
import { type DbRecord, emptySnapshot } from "../../../src/db/record.ts";
import { Settings } from "../../../src/mail/settings.ts";

type Props = Readonly<Record<string, string>>;

/** Records of a database as `key type` with their properties. */
const records = (all: Readonly<Record<string, Props>>): DbRecord[] =>
  Object.entries(all).map(([id, props]) => {
    const at = id.lastIndexOf(" ");
    return { key: id.slice(0, at), type: id.slice(at + 1), props: new Map(Object.entries(props)) };
  });

type Records = Readonly<Record<string, Props>>;

/** Settings of mail.example.org, of which these are stored. */
export function settings(
  accounts: Records,
  domains: Records = {},
  configuration: Records = {},
  others: Readonly<Record<string, Records>> = {},
): Settings {
  const all = new Map([
    ["accounts", records(accounts)],
    ["domains", records(domains)],
    ["configuration", records(configuration)],
    ...Object.entries(others).map(([database, stored]) => [database, records(stored)] as const),
  ]);
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
