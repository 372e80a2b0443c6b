import { accountsOf, localDomains, type User } from "./accounts.ts";
import { AddressBook, type Alias } from "./address-book.ts";
import type { Settings } from "./settings.ts";

/** Who gets which mail: what Postfix looks up, in the order in which the files have it. */
interface Addresses extends Readonly<Record<string, unknown>> {
  readonly users: readonly User[];
  /** The domains that are delivered here, the primary one first. */
  readonly domains: readonly string[];
  /** The names of this machine itself, whose mail is delivered here too. */
  readonly systemDomains: readonly string[];
  /** The names that have a mailbox in every local domain. */
  readonly names: readonly string[];
  readonly aliases: readonly Alias[];
  /** Addresses, and whole domains, that mail from outside may not reach. */
  readonly internal: readonly string[];
  /** Whose mail is copied, and to whom, by domain. */
  readonly copies: readonly { readonly domain: string; readonly to: string }[];
}

/**
 * All addresses. virtual(5) looks for `name@domain`, then `name`, then `@domain`; so a specific address wins over that
 * of every domain, and a catch-all gets what nothing else takes, as long as each existing name has an entry.
 */
export function addresses(settings: Settings): Addresses {
  return settings.once(findAddresses);
}

function findAddresses(settings: Settings): Addresses {
  const accounts = accountsOf(settings);
  const domains = localDomains(settings);
  const specific = new Set<string>();
  for (const { key, type } of settings.records("accounts"))
    if (type === "pseudonym") specific.add(key.toLowerCase());
  const local = new Set(domains);
  const system = systemDomains(settings);
  const book = new AddressBook(settings.primaryDomain, accounts, local, new Set(system), specific);
  book.addUsers();
  book.addGroups();
  for (const record of settings.records("accounts"))
    if (record.type === "pseudonym") book.addPseudonym(record);
  book.addSystem(settings);
  const isSystemOpen = settings.prop("configuration", "postfix", "SystemUserRecipientStatus") === "enabled";
  const reachable = isSystemOpen ? [...domains, ...system] : domains;
  const copies: { domain: string; to: string }[] = [];
  for (const { key, type, prop } of settings.records("domains")) {
    if (type !== "domain" || prop("TransportType") === "none") continue;
    if (prop("AlwaysBccStatus") === "enabled") copies.push({ domain: key, to: prop("AlwaysBccAddress") });
    const isOpen = local.has(key) && prop("UnknownRecipientsActionType") === "deliver";
    if (isOpen) book.addCatchAll(key, prop("UnknownRecipientsActionDeliverMailbox"));
  }
  return {
    users: [...accounts.users.values()],
    domains,
    systemDomains: system,
    names: book.names(),
    aliases: book.aliases(),
    internal: [...book.internalIn(reachable), ...(isSystemOpen ? [] : system)],
    copies,
  };
}

/** Where the machine's own programs, such as cron, write to; what is a mail domain by its record is none of these. */
export function systemDomains(settings: Settings): string[] {
  const { primaryDomain, hostname } = settings;
  const known = new Set<string>();
  for (const { key, type, prop } of settings.records("domains"))
    if (type === "domain" && prop("TransportType") !== "none") known.add(key.toLowerCase());
  const names = new Set(["localhost", `localhost.${primaryDomain}`, hostname.toLowerCase()]);
  return [...names].filter((name) => name !== primaryDomain && !known.has(name));
}
