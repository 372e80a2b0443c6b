import { refused } from "../errors.ts";
import type { KeyEntry, PropertyEntry } from "./entry.ts";
import { clamd } from "./keys/clamd.ts";
import { domain } from "./keys/domain.ts";
import { domainName } from "./keys/domain-name.ts";
import { dovecot } from "./keys/dovecot.ts";
import { getmail } from "./keys/getmail.ts";
import { group } from "./keys/group.ts";
import { imapsync } from "./keys/imapsync.ts";
import { network } from "./keys/network.ts";
import { olefy } from "./keys/olefy.ts";
import { pki } from "./keys/pki.ts";
import { postfix } from "./keys/postfix.ts";
import { postmaster, pseudonym } from "./keys/pseudonym.ts";
import { root } from "./keys/root.ts";
import { rspamd } from "./keys/rspamd.ts";
import { smarthost } from "./keys/smarthost.ts";
import { sssd } from "./keys/sssd.ts";
import { systemName } from "./keys/system-name.ts";
import { tls } from "./keys/tls.ts";
import { user } from "./keys/user.ts";

/** The entries of each database. */
export type Catalogue = ReadonlyMap<string, readonly KeyEntry[]>;

/** What mailwright itself knows. */
export const shippedCatalogue: Catalogue = new Map<string, readonly KeyEntry[]>([
  ["configuration", [rspamd, postfix, dovecot, clamd, olefy, tls, pki, root, sssd, systemName, domainName]],
  ["accounts", [postmaster, user, group, pseudonym]],
  ["domains", [domain]],
  ["getmail", [getmail]],
  ["smarthosts", [smarthost]],
  ["networks", [network]],
  ["imapsync", [imapsync]],
]);

const none: readonly KeyEntry[] = [];

/** The entries of a database; none where it is not known. */
export function entriesOf(catalogue: Catalogue, database: string): readonly KeyEntry[] {
  return catalogue.get(database) ?? none;
}

/** The entries of one database by what a record is known by. */
interface Index {
  readonly byKey: ReadonlyMap<string, KeyEntry>;
  readonly byType: ReadonlyMap<string, KeyEntry>;
  /** That of a database with one entry, of a type. */
  readonly only: KeyEntry | undefined;
}

/** By the list of entries itself, which never changes. */
const indexes = new WeakMap<readonly KeyEntry[], Index>();

function indexOf(entries: readonly KeyEntry[]): Index {
  const known = indexes.get(entries);
  if (known !== undefined) return known;
  const byKey = new Map<string, KeyEntry>();
  const byType = new Map<string, KeyEntry>();
  for (const entry of entries) {
    if ("key" in entry.match) add(byKey, entry.match.key, entry);
    else for (const type of entry.types) add(byType, type, entry);
  }
  const [first] = entries;
  const only = entries.length === 1 && first !== undefined && "type" in first.match ? first : undefined;
  const index = { byKey, byType, only };
  indexes.set(entries, index);
  return index;
}

function add(index: Map<string, KeyEntry>, name: string, entry: KeyEntry): void {
  if (!index.has(name)) index.set(name, entry);
}

/**
 * The entry of a record: by its key, else by its type. In a database with one entry, such as `domains`, every
 * record has that one, so that a mistaken type is refused and not ignored.
 */
export function findEntry(
  catalogue: Catalogue,
  database: string,
  key: string,
  type?: string,
): KeyEntry | undefined {
  return entryFinder(catalogue, database)(key, type);
}

/** The same for many records of one database. */
export function entryFinder(
  catalogue: Catalogue,
  database: string,
): (key: string, type: string | undefined) => KeyEntry | undefined {
  const { byKey, byType, only } = indexOf(entriesOf(catalogue, database));
  return (key, type) => byKey.get(key) ?? only ?? (type === undefined ? undefined : byType.get(type));
}

/** Whether a site's entry speaks of this one; one of a type speaks of single keys of that type as well. */
function concerns(site: KeyEntry, entry: KeyEntry): boolean {
  if ("type" in site.match) return entry.types.includes(site.match.type);
  return "key" in entry.match && entry.match.key === site.match.key;
}

/** A known entry with a site's properties added. */
function extended(known: KeyEntry, site: KeyEntry): KeyEntry {
  const properties: Record<string, PropertyEntry> = { ...known.properties };
  for (const [name, property] of Object.entries(site.properties)) {
    if (Object.hasOwn(properties, name)) {
      const key = "key" in site.match ? site.match.key : site.match.type;
      throw refused(
        `${site.source ?? "the site's catalogue"}: ${site.database} ${key}: the property ${name} is known already`,
        "CATALOGUE_CONFLICT",
        "A site adds properties under names of its own. What a known one accepts cannot be changed.",
      );
    }
    properties[name] = property;
  }
  return { ...known, properties };
}

/**
 * The catalogue with a site's entries: new ones are added, those of a known key or type add their properties
 * to it. Throws `CATALOGUE_CONFLICT` (exit 3) where a property is known already.
 */
export function withSiteKeys(catalogue: Catalogue, siteEntries: readonly KeyEntry[]): Catalogue {
  const result = new Map(catalogue);
  for (const site of siteEntries) {
    const entries = entriesOf(result, site.database);
    const isNew = !entries.some(
      (entry) => concerns(site, entry) && "key" in entry.match === "key" in site.match,
    );
    const kept = entries.map((entry) => (concerns(site, entry) ? extended(entry, site) : entry));
    result.set(site.database, isNew ? [...kept, site] : kept);
  }
  return result;
}
