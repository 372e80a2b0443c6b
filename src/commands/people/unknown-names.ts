import { accountName } from "../../catalogue/account-name.ts";
import { listItems } from "../../catalogue/notation.ts";
import { didYouMean } from "../../catalogue/suggest.ts";
import { accountsOf, localDomains } from "../../mail/accounts.ts";
import { addresses } from "../../mail/addresses.ts";
import type { Setting, Settings } from "../../mail/settings.ts";
import { shellWord } from "../pending-changes.ts";
import type { Family } from "./family.ts";
import type { Props } from "./given-props.ts";

/** The properties that lead mail somewhere. */
const leading = [
  "Account",
  "MailForwardAddress",
  "UnknownRecipientsActionDeliverMailbox",
  "AlwaysBccAddress",
] as const;

/**
 * The names that a change brings in and that nobody has, each with the one that was probably meant. They are stored all the
 * same, for who is named may be made later. `before`: the record that is changed. The system's accounts are not looked up.
 */
export function unknownNames(
  settings: Settings,
  family: Family,
  key: string,
  props: Props,
  before?: Setting,
): string[] {
  if (settings.prop("configuration", "sssd", "Provider") !== "none") return [];
  const added = (property: string): string[] => {
    const had = before === undefined ? [] : listItems(before.prop(property));
    return listItems(props.get(property) ?? "").filter((item) => !had.includes(item));
  };
  return [
    ...(before === undefined ? unknownDomain(settings, family, key) : []),
    ...(before === undefined && family.name === "sync" ? unknownMembers(settings, [accountName(key)]) : []),
    ...unknownMembers(settings, added("Members")),
    ...unknownDestinations(
      settings,
      family.name === "user" ? key : "",
      leading.flatMap((property) => added(property)),
    ),
  ];
}

/** Those of addresses that are of a local domain and nobody's, in a sentence each. */
export function unknownAddresses(settings: Settings, items: readonly string[]): string[] {
  const isKnownHere = settings.prop("configuration", "sssd", "Provider") === "none";
  return isKnownHere ? unknownDestinations(settings, "", items) : [];
}

function unknownDomain(settings: Settings, { name }: Family, key: string): string[] {
  if (name !== "user" && name !== "group" && name !== "address") return [];
  const domain = key.slice(key.lastIndexOf("@") + 1).toLowerCase();
  if (domain === "" || !key.includes("@")) return [];
  const known = [settings.primaryDomain.toLowerCase()];
  for (const { key: own, type } of settings.records("domains")) if (type === "domain") known.push(own);
  if (known.includes(domain)) return [];
  const meant = didYouMean(domain, known);
  return [`there is no domain ${domain} yet.${meant} To make it: mailwright domain add ${shellWord(domain)}`];
}

function unknownMembers(settings: Settings, members: readonly string[]): string[] {
  if (members.length === 0) return [];
  const { users } = accountsOf(settings);
  return members
    .filter((member) => !users.has(accountName(member)))
    .map((member) => `there is no user ${member} yet.${didYouMean(member, users.keys())}`);
}

/** Addresses elsewhere are not known here; a tag behind a name is none of it. */
function unknownDestinations(settings: Settings, own: string, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  const { names, aliases } = addresses(settings);
  const domains = localDomains(settings).map((domain) => domain.toLowerCase());
  const known = new Set([
    ...names,
    ...aliases.map(({ from }) => from),
    ...accountsOf(settings).groups.keys(),
  ]);
  for (const { key, type } of settings.records("accounts"))
    if (type === "pseudonym") known.add(key.toLowerCase().replace(/@$/, ""));
  known.add(accountName(own));
  const isKnown = (item: string): boolean => {
    const at = item.lastIndexOf("@");
    const domain = (at < 0 ? settings.primaryDomain : item.slice(at + 1)).toLowerCase();
    if (!domains.includes(domain)) return true;
    const name = accountName(item);
    const plain = name.replace(/(?<=.)\+.*$/, "");
    return [name, plain, `${name}@${domain}`, `${plain}@${domain}`, `@${domain}`].some((one) =>
      known.has(one),
    );
  };
  return items
    .filter((item) => !isKnown(item))
    .map((item) => `there is no user, group or address ${item} yet.${didYouMean(accountName(item), known)}`);
}
