import { accountName, publicUser } from "../catalogue/account-name.ts";
import { type Accounts, accountsOf, rootName, type User } from "./accounts.ts";

import { networks } from "./networks.ts";
import { noLimit } from "./quota-rule.ts";
import type { Settings } from "./settings.ts";

/** A mailbox and who may open it, as Dovecot's passwd-file has it. */
interface Login {
  readonly name: string;
  /** Whether Dovecot looks for another spelling of the name, and would list that one: with a backslash before a quote. */
  readonly isEscaped: boolean;
  /** As `doveadm pw` prints it; the locked one where nobody logs in, and empty where the system has it. */
  readonly passwordHash: string;
  /** Whether the password is the system's, which is asked then (PAM). */
  readonly isOfSystem: boolean;
  /** The limit of the mailbox as Dovecot's quota_rule has it; empty: that of all. */
  readonly quotaRule: string;
}

/** Who has a mailbox, and who may log in to it. */
interface Logins extends Readonly<Record<string, unknown>> {
  /** Every mailbox, also of those that cannot log in: mail is delivered to what stands here, and to nothing else. */
  readonly users: readonly Login[];
  /** Whether some reach their mailboxes from trusted networks only. */
  readonly isRestricted: boolean;
  /** Those, as SERVICE/NAME, for each of the services by which mailboxes are reached. */
  readonly restricted: readonly string[];
  /** Where they may be, as Dovecot's allow_nets has it. */
  readonly networks: string;
}

export function logins(settings: Settings): Logins {
  const accounts = accountsOf(settings);
  const others = [...accounts.users.values()].filter(({ name }) => !systemMailboxes.includes(name));
  const group = settings.prop("configuration", "dovecot", "RestrictedAccessGroup") ?? "";
  return {
    users: [...systemMailboxes.map(locked), ...others.map(loginOf)],
    isRestricted: group !== "",
    restricted: restrictedKeys(accounts, accountName(group)),
    networks: ["local", ...networks(settings).trusted].join(","),
  };
}

/** Dovecot's names of the services that reach mailboxes; sending mail is none of them. */
const mailboxServices = ["imap", "pop3", "sieve"] as const;

function restrictedKeys({ users, groups }: Accounts, group: string): string[] {
  const members = groups.get(group)?.members ?? [];
  const logins = members.filter((name) => users.has(name) && !systemMailboxes.includes(name));
  return logins.flatMap((name) => mailboxServices.map((service) => `${service}/${name}`));
}

/** Mailboxes without a login of their own, whatever records there are of these names. */
const systemMailboxes: readonly string[] = [rootName, publicUser];

/** crypt(5) makes this of no password. An empty one would be a password that is not looked at. */
const lockedHash = "{CRYPT}!";

/** Public mailboxes have no limit. */
function locked(name: string): Login {
  const quotaRule = name === publicUser ? noLimit : "";
  const isEscaped = /["']/.test(name);
  return { name, isEscaped, passwordHash: lockedHash, isOfSystem: false, quotaRule };
}

function loginOf({ name, passwordHash, isOfSystem, mayLogIn, quotaRule }: User): Login {
  if (!mayLogIn) return { ...locked(name), quotaRule };
  if (isOfSystem) return { ...locked(name), passwordHash: "", isOfSystem, quotaRule };
  return { ...locked(name), passwordHash: passwordHash || lockedHash, quotaRule };
}
