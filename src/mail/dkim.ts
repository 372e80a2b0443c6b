import { domainToASCII, domainToUnicode } from "node:url";
import { recordName } from "./dkim-record.ts";
import type { Settings } from "./settings.ts";

/** A key by the domain that it signs for, as it stands in DNS, and its selector. */
export interface DkimKey {
  readonly domain: string;
  readonly selector: string;
}

/** A key that signs. */
interface SigningKey extends DkimKey {
  /** The domain as it may stand in From: in ASCII and, where it is another there, in Unicode (RFC 6532). */
  readonly names: readonly string[];
}

/** What Rspamd signs, and with which keys. */
interface Dkim extends Readonly<Record<string, unknown>> {
  /** The domains whose users' mail is signed, each with the selector of its key. */
  readonly signing: readonly SigningKey[];
  /** The files of all keys that there must be: those that sign, and those that are published before they do. */
  readonly keys: readonly string[];
  /** The folder of the keys. */
  readonly folder: string;
  /** The file that tells Rspamd what to sign. */
  readonly selectors: string;
}

/** Where Rspamd keeps keys by its own documentation. */
const folder = "/var/lib/rspamd/dkim";

/** Who reads the keys. */
export const keyReader = "_rspamd";

/** Beside the settings, so that a key that is lost is told from one that never was. */
export const publicKeyFolder = "/var/lib/mailwright/dkim";

/** Where NethServer 7 has the one key of all its domains. */
export const oldKey = "/etc/opendkim/keys/default.private";

/** The longest name in DNS, as text (RFC 1035, 2.3.4). */
const longestName = 253;

export function dkim(settings: Settings): Dkim {
  const domains = dkimDomains(settings).filter(({ isSigned }) => isSigned);
  return {
    signing: domains.map(({ domain, selector }) => {
      const names = [...new Set([domain, domainToUnicode(domain) || domain])];
      return { domain, names, selector };
    }),
    keys: domains.flatMap(keysOf).map(keyPath),
    folder,
    selectors: "/etc/rspamd/local.d/maps.d/mailwright_dkim.map",
  };
}

/** A domain of the settings as DKIM knows it. */
export interface DkimDomain extends DkimKey {
  /** The record's own key, perhaps with letters of other scripts or capitals. */
  readonly name: string;
  readonly isSigned: boolean;
  /** The selector that takes over when its key is published; empty: none. */
  readonly next: string;
}

/** The key that signs, and the one that is to take over. */
export function keysOf({ domain, selector, next }: DkimDomain): DkimKey[] {
  const both = next === "" ? [selector] : [selector, next];
  return both.map((one) => ({ domain, selector: one })).filter(hasName);
}

/** All domains but those whose key could have no name in DNS. */
export function dkimDomains(settings: Settings): DkimDomain[] {
  return [...settings.records("domains")]
    .filter(({ type }) => type === "domain")
    .map(({ key, prop }) => ({
      name: key,
      domain: domainToASCII(key.toLowerCase()),
      selector: prop("DkimSelector"),
      next: prop("DkimNextSelector"),
      isSigned: prop("OpenDkimStatus") === "enabled",
    }))
    .filter((domain) => domain.domain !== "" && hasName(domain));
}

function hasName(key: DkimKey): boolean {
  return recordName(key).length <= longestName;
}

/** The file with the private key, in PEM. */
export function keyPath({ domain, selector }: DkimKey): string {
  return `${folder}/${domain}.${selector}.key`;
}

/** The file with what the key's record in DNS is to hold. */
export function publicKeyPath({ domain, selector }: DkimKey): string {
  return `${publicKeyFolder}/${domain}.${selector}.txt`;
}

/** The key that a file of either folder is about, by the file's name. */
export function keyOfFile(name: string): DkimKey | undefined {
  const [, domain, selector] = /^(.+)\.([^.]+)\.(?:key|txt)$/.exec(name.replace(/^.*\//, "")) ?? [];
  return domain === undefined || selector === undefined ? undefined : { domain, selector };
}

/** The folders that hold keys. */
export const keyFolders = [folder, publicKeyFolder] as const;
