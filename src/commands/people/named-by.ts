import { accountName } from "../../catalogue/account-name.ts";
import { listItems } from "../../catalogue/notation.ts";
import { localDomains } from "../../mail/accounts.ts";
import type { Setting, Settings } from "../../mail/settings.ts";
import { destinations } from "./destinations.ts";

/** A record whose list of members or destinations names another, and how that is taken out of the list. */
export interface Naming {
  /** `group sales@example.org`, or `config root`. */
  readonly by: string;
  readonly commands: readonly (readonly string[])[];
}

/** What names a user or a group: all that leads mail there, and groups; nothing for other records. */
export function namedBy(settings: Settings, record: Setting): Naming[] {
  if (record.type !== "user" && record.type !== "group") return [];
  return [...leadingTo(settings, record), ...groupsWith(settings, record), ...broughtTo(settings, record)];
}

/** Accounts elsewhere whose mail a user gets, fetched or copied; a job of copying has the user's name as its key. */
function broughtTo(settings: Settings, { key: user, type }: Setting): Naming[] {
  if (type !== "user") return [];
  const isUser = (name: string): boolean => accountName(name) === accountName(user);
  return [
    ...[...settings.records("getmail")]
      .filter(
        (one) => one.type === "getmail" && one.prop("status") === "enabled" && isUser(one.prop("Account")),
      )
      .map(({ key }) => naming("connector", key, ["--disable"])),
    ...[...settings.records("imapsync")]
      .filter((one) => one.type === "imapsync" && isUser(one.key))
      .map(({ key }) => ({ by: `sync ${key}`, commands: [["mailwright", "sync", "delete", key]] })),
  ];
}

/** A member is a user's name, of whatever domain. */
function groupsWith(settings: Settings, { key: user, type }: Setting): Naming[] {
  if (type !== "user") return [];
  const found: Naming[] = [];
  for (const { key, type: other, prop } of settings.records("accounts")) {
    if (other !== "group") continue;
    const item = listItems(prop("Members")).find((member) => accountName(member) === accountName(user));
    if (item !== undefined) found.push(naming("group", key, ["--remove-member", item]));
  }
  return found;
}

/** A user has the name in every local domain where it is no address of its own, a group in the primary one. */
function leadingTo(settings: Settings, { key, type }: Setting): Naming[] {
  const { primaryDomain } = settings;
  const primary = primaryDomain.toLowerCase();
  const local = new Set(type === "user" ? localDomains(settings).map((one) => one.toLowerCase()) : [primary]);
  const taken = new Set<string>();
  for (const other of settings.records("accounts"))
    if (other.type === "pseudonym") taken.add(other.key.toLowerCase());
  const name = accountName(key);
  const isIt = (item: string): boolean => {
    const address = (item.includes("@") ? item : `${item}@${primary}`).toLowerCase();
    if (accountName(item) !== name) return false;
    if (address === key.toLowerCase() || address === `${name}@${primary}`) return true;
    return local.has(address.slice(address.lastIndexOf("@") + 1)) && !taken.has(address);
  };
  return destinations(settings).flatMap(({ of, record, items }) => {
    const item = items.find(isIt);
    if (item === undefined || record.key === key) return [];
    const words = of.without(item, items.filter((other) => !isIt(other)).join(","));
    return [naming(of.family, record.key, words)];
  });
}

function naming(family: string, key: string, words: readonly string[]): Naming {
  const commands =
    family === "config"
      ? [
          ["config", "setprop", key, ...words],
          ["mailwright", "apply"],
        ]
      : [["mailwright", family, "modify", key, ...words]];
  return { by: `${family} ${key}`, commands };
}
