import { listItems } from "../../catalogue/notation.ts";
import { accountName } from "../../mail/accounts.ts";
import type { Setting, Settings } from "../../mail/settings.ts";

/** A record whose list of members or destinations names another, and how that is taken out of the list. */
export interface Naming {
  readonly family: "group" | "address";
  readonly key: string;
  /** As it stands in the list. */
  readonly item: string;
}

/** The groups and addresses that name a user or a group; none for other records. */
export function namedBy(settings: Settings, record: Setting): Naming[] {
  if (record.type !== "user" && record.type !== "group") return [];
  const name = accountName(record.key);
  const local = settings.primaryDomain.toLowerCase();
  const isIt = (item: string): boolean => {
    const domain = item.includes("@") ? item.slice(item.lastIndexOf("@") + 1).toLowerCase() : local;
    return (
      accountName(item) === name && (domain === local || item.toLowerCase() === record.key.toLowerCase())
    );
  };
  const found: Naming[] = [];
  for (const { key, type, prop } of settings.records("accounts")) {
    const family = type === "group" ? "group" : type === "pseudonym" ? "address" : undefined;
    if (family === undefined) continue;
    const item = listItems(prop(family === "group" ? "Members" : "Account")).find(isIt);
    if (item !== undefined) found.push({ family, key, item });
  }
  return found;
}
