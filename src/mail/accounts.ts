import { accountName } from "../catalogue/account-name.ts";
import { findEntry } from "../catalogue/catalogue.ts";
import { findProperty } from "../catalogue/effective.ts";
import { listItems } from "../catalogue/notation.ts";
import { byBytes } from "../system/byte-order.ts";
import { quotaRule } from "./quota-rule.ts";
import type { Setting, Settings } from "./settings.ts";
import type { SystemAccounts } from "./system-accounts.ts";

/** The mailbox that takes root's mail while `root EmailAddress` names nobody; it has no login. */
export const rootName = "root";

/** A user, by the login name, which is the local part of the key, in lower case. */
export interface User {
  readonly name: string;
  /** As `doveadm pw` prints it; empty: no login by it. */
  readonly passwordHash: string;
  /** Whether the system knows the user, and checks the password. */
  readonly isOfSystem: boolean;
  /** Whether IMAP, POP3 and SMTP may be used; mail is delivered all the same. */
  readonly mayLogIn: boolean;
  readonly isInternal: boolean;
  /** Who gets the user's mail instead, or as well. */
  readonly forwards: readonly string[];
  /** Whether a copy stays in the mailbox; so it does where nothing is forwarded. */
  readonly keepsMail: boolean;
  /** Dovecot's rule of the mailbox's own limit; empty: that of all. */
  readonly quotaRule: string;
  /** How long spam is kept in the user's mailbox, such as `15d`; empty: as long as everybody's. */
  readonly spamRetention: string;
}

/** A group of users; its members are login names. */
export interface Group {
  readonly name: string;
  readonly members: readonly string[];
  /** Whether its name is an address. */
  readonly hasAddress: boolean;
  readonly isInternal: boolean;
}

/** Who has a mailbox here, by name, in byte order. */
export interface Accounts {
  readonly users: ReadonlyMap<string, User>;
  readonly groups: ReadonlyMap<string, Group>;
}

/**
 * Users and groups of the database and, where the system's are accounts, those that it knows. A record of one of these
 * says what is done with its mail. Where two keys have one local part, the first one in byte order is meant.
 */
export function accountsOf(settings: Settings): Accounts {
  return settings.once(readAccounts);
}

function readAccounts(settings: Settings): Accounts {
  const hasGroupAddresses = settings.prop("configuration", "postfix", "DynamicGroupAlias") === "enabled";
  const { systemAccounts: system } = settings;
  const users = new Map<string, User>();
  const groups = new Map<string, Group>();
  for (const record of settings.records("accounts")) {
    if (record.type === "user") add(users, userOf(record, system));
    if (record.type === "group") add(groups, groupOf(record, hasGroupAddresses, system));
  }
  for (const name of system.users) add(users, userOf(defaults(settings, name, "user"), system));
  for (const name of system.groups.keys())
    add(groups, groupOf(defaults(settings, name, "group"), hasGroupAddresses, system));
  return { users, groups };
}

/** What is read of a user or a group; the system's have no record of their own. */
type Account = Pick<Setting, "key" | "prop">;

function defaults({ catalogue }: Settings, key: string, type: "user" | "group"): Account {
  const entry = findEntry(catalogue, "accounts", key, type);
  return { key, prop: (name) => findProperty(entry, name)?.default ?? "" };
}

function add<T extends { readonly name: string }>(all: Map<string, T>, one: T): void {
  if (!all.has(one.name)) all.set(one.name, one);
}

function userOf({ key, prop }: Account, system: SystemAccounts): User {
  const name = accountName(key);
  const forwards = prop("MailForwardStatus") === "enabled" ? listItems(prop("MailForwardAddress")) : [];
  return {
    name,
    passwordHash: prop("PasswordHash"),
    isOfSystem: system.users.has(name),
    mayLogIn: prop("MailStatus") === "enabled",
    isInternal: prop("MailAccess") === "private",
    forwards,
    keepsMail: forwards.length === 0 || prop("MailForwardKeepMessageCopy") === "yes",
    quotaRule: prop("MailQuotaType") === "custom" ? quotaRule(prop("MailQuotaCustom")) : "",
    spamRetention: prop("MailSpamRetentionStatus") === "enabled" ? prop("MailSpamRetentionTime") : "",
  };
}

function groupOf({ key, prop }: Account, hasGroupAddresses: boolean, system: SystemAccounts): Group {
  const name = accountName(key);
  const members = [...listItems(prop("Members")).map(accountName), ...(system.groups.get(name) ?? [])];
  return {
    name,
    members: [...new Set(members)],
    hasAddress: hasGroupAddresses && prop("MailStatus") === "enabled",
    isInternal: prop("MailAccess") === "private",
  };
}

/** The primary domain, whether its record is made yet or not, and all others that are delivered here. */
export function localDomains(settings: Settings): string[] {
  const { primaryDomain } = settings;
  const local: string[] = [];
  for (const { key, type, prop } of settings.records("domains")) {
    if (type === "domain" && prop("TransportType") === "LocalDelivery" && key !== primaryDomain)
      local.push(key);
  }
  return [primaryDomain, ...local.sort(byBytes)];
}
