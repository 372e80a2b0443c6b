import { refused } from "../../errors.ts";
import {
  type DkimDomain,
  type DkimKey,
  dkimDomains,
  keyFolders,
  keyOfFile,
  keyPath,
  publicKeyPath,
} from "../../mail/dkim.ts";
import { recordName, recordValue, zoneText } from "../../mail/dkim-record.ts";
import type { Settings } from "../../mail/settings.ts";
import type { CommandContext } from "../context.ts";
import { domainFamily } from "../people/domain-family.ts";
import { existingRecord } from "../people/find-record.ts";

/** `signs`; `next`: is to take over; `idle`: of a domain whose mail is not signed; `old`: neither signs nor will. */
export type KeyUse = "signs" | "next" | "idle" | "old";

/** A key that is here, or was. */
export interface KnownKey extends DkimKey {
  readonly use: KeyUse;
  /** Whether its file is gone, or holds no key. */
  readonly isLost: boolean;
  /** What DNS is to hold; of a lost one what it held. */
  readonly value: string;
  /** When the file was last written, in milliseconds since 1970; `undefined` of a lost one. */
  readonly written: number | undefined;
}

/** The record in DNS of a key, as `show` tells of it. */
export interface KeyRecord extends DkimKey {
  readonly use: KeyUse;
  readonly name: string;
  readonly type: "TXT";
  /** In one string, as forms of DNS providers want it. */
  readonly value: string;
  /** As a zone file has it. */
  readonly zone: string;
}

/** The domain that a name stands for; exit 1 where there is none. */
export function dkimDomain(settings: Settings, name: string): DkimDomain {
  const { key } = existingRecord(settings, domainFamily, name);
  const found = dkimDomains(settings).find((one) => one.name === key);
  if (found === undefined)
    throw refused(`${key} is too long: its key could have no name in DNS`, "DKIM", "Nothing was touched.");
  return found;
}

/** All keys that are here or were, by domain and then by use. */
export function knownKeys({ files, paths }: CommandContext, settings: Settings): KnownKey[] {
  const domains = new Map(dkimDomains(settings).map((one) => [one.domain, one]));
  const names = keyFolders.flatMap((folder) => files.list(paths.target(folder)));
  const keys = new Map(names.map(keyOfFile).map((key) => [key && recordName(key), key]));
  const uses: readonly KeyUse[] = ["signs", "idle", "next", "old"];
  return [...keys.values()]
    .flatMap((key) => key ?? [])
    .map((key) => {
      const path = paths.target(keyPath(key));
      const value = recordValue(files.readText(path) ?? "");
      const noted = files.readText(paths.target(publicKeyPath(key)))?.trim() ?? "";
      return {
        ...key,
        use: useOf(domains.get(key.domain), key.selector),
        isLost: value === undefined,
        value: value ?? noted,
        written: files.status(path)?.modified,
      };
    })
    .sort(
      (one, other) =>
        compareText(one.domain, other.domain) ||
        uses.indexOf(one.use) - uses.indexOf(other.use) ||
        compareText(one.selector, other.selector),
    );
}

export function keyRecord({ domain, selector, use, value }: KnownKey): KeyRecord {
  const name = recordName({ domain, selector });
  return { domain, selector, use, name, type: "TXT", value, zone: zoneText(name, value) };
}

function useOf(domain: DkimDomain | undefined, selector: string): KeyUse {
  if (selector === domain?.selector) return domain.isSigned ? "signs" : "idle";
  return selector === domain?.next ? "next" : "old";
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
