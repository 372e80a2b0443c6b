import { listItems } from "../catalogue/notation.ts";
import { byBytes, type Setting, type Settings } from "./settings.ts";

/** The mailbox that takes root's mail while `root EmailAddress` names nobody; it has no login. */
export const rootName = "root";

/** A user, by the login name, which is the local part of the key, in lower case. */
export interface User {
  readonly name: string;
  /** As `doveadm pw` prints it; empty: no login. */
  readonly passwordHash: string;
  /** Whether IMAP, POP3 and SMTP may be used; mail is delivered all the same. */
  readonly mayLogIn: boolean;
  readonly isInternal: boolean;
  /** Who gets the user's mail instead, or as well. */
  readonly forwards: readonly string[];
  /** Whether a copy stays in the mailbox; so it does where nothing is forwarded. */
  readonly keepsMail: boolean;
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

/** Users and groups of the database. Where two keys have one local part, the first one in byte order is meant. */
export function accountsOf(settings: Settings, records: Iterable<Setting>): Accounts {
  const hasGroupAddresses = settings.prop("configuration", "postfix", "DynamicGroupAlias") === "enabled";
  const users = new Map<string, User>();
  const groups = new Map<string, Group>();
  for (const record of records) {
    if (record.type === "user") add(users, userOf(record));
    if (record.type === "group") add(groups, groupOf(record, hasGroupAddresses));
  }
  return { users, groups };
}

function add<T extends { readonly name: string }>(all: Map<string, T>, one: T): void {
  if (!all.has(one.name)) all.set(one.name, one);
}

function userOf({ key, prop }: Setting): User {
  const forwards = prop("MailForwardStatus") === "enabled" ? listItems(prop("MailForwardAddress")) : [];
  return {
    name: accountName(key),
    passwordHash: prop("PasswordHash"),
    mayLogIn: prop("MailStatus") === "enabled",
    isInternal: prop("MailAccess") === "private",
    forwards,
    keepsMail: forwards.length === 0 || prop("MailForwardKeepMessageCopy") === "yes",
  };
}

function groupOf({ key, prop }: Setting, hasGroupAddresses: boolean): Group {
  return {
    name: accountName(key),
    members: listItems(prop("Members")).map(accountName),
    hasAddress: hasGroupAddresses && prop("MailStatus") === "enabled",
    isInternal: prop("MailAccess") === "private",
  };
}

/** A user's or group's name: the key without its domain, in lower case. */
export function accountName(key: string): string {
  const at = key.lastIndexOf("@");
  return (at < 0 ? key : key.slice(0, at)).toLowerCase();
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
