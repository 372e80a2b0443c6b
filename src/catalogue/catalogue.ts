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

/** The entries of each database; few enough that a search through them is the fastest index. */
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

/** The entries of a database; none where it is not known. */
export function entriesOf(catalogue: Catalogue, database: string): readonly KeyEntry[] {
  return catalogue.get(database) ?? [];
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
  const entries = entriesOf(catalogue, database);
  const byKey = entries.find(({ match }) => "key" in match && match.key === key);
  if (byKey !== undefined) return byKey;
  const byType = entries.filter(({ match }) => "type" in match);
  if (entries.length === 1) return byType[0];
  return type === undefined ? undefined : byType.find(({ types }) => types.includes(type));
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
