import { listItems } from "../catalogue/notation.ts";
import { wholeAddress } from "./quarantine.ts";
import { byBytes, type Settings } from "./settings.ts";

interface User {
  /** The login name, which is the local part of the key. */
  readonly name: string;
  /** As `doveadm pw` prints it; empty: no login. */
  readonly passwordHash: string;
}

interface Alias {
  readonly from: string;
  readonly to: readonly string[];
}

/** Who receives mail here. */
interface Mailboxes extends Readonly<Record<string, unknown>> {
  readonly users: readonly User[];
  /** The domains that are delivered here, the primary one first. */
  readonly domains: readonly string[];
  /** Every address of every user. */
  readonly recipients: readonly string[];
  readonly aliases: readonly Alias[];
}

/** The mailbox that takes root's mail while `root EmailAddress` names nobody; it has no login. */
const rootName = "root";

export function mailboxes(settings: Settings): Mailboxes {
  const { primaryDomain } = settings;
  const users = [...settings.records("accounts")]
    .filter(({ type }) => type === "user")
    .map((record) => ({ name: userName(record.key), passwordHash: record.prop("PasswordHash") }));
  const domains = localDomains(settings);
  const names = [...new Set([rootName, ...users.map(({ name }) => name)])];
  const rootMail = listItems(settings.prop("configuration", "root", "EmailAddress") ?? "");
  const postmaster = listItems(settings.prop("accounts", "postmaster@", "Account") ?? "");
  return {
    users,
    domains,
    recipients: domains.flatMap((domain) => names.map((name) => `${name}@${domain}`)),
    aliases: [
      ...domains.map((domain) => alias(`postmaster@${domain}`, postmaster, primaryDomain)),
      ...(rootMail.length === 0
        ? []
        : domains.map((domain) => alias(`${rootName}@${domain}`, rootMail, primaryDomain))),
    ],
  };
}

/** A user's login name: the key without its domain. */
export function userName(key: string): string {
  return key.replace(/@[^@]*$/, "").toLowerCase();
}

/** The primary domain, whether its record is made yet or not, and all others that are delivered here. */
function localDomains(settings: Settings): string[] {
  const records = [...settings.records("domains")].filter(({ type }) => type === "domain");
  const local = records
    .filter((record) => record.prop("TransportType") === "LocalDelivery")
    .map(({ key }) => key);
  const others = local.filter((domain) => domain !== settings.primaryDomain).sort(byBytes);
  return [settings.primaryDomain, ...others];
}

function alias(from: string, destinations: readonly string[], primaryDomain: string): Alias {
  return { from, to: destinations.map((name) => wholeAddress(name, primaryDomain)) };
}
