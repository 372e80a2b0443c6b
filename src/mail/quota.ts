import { publicUser } from "../catalogue/account-name.ts";
import { accountsOf, rootName } from "./accounts.ts";
import { addresses } from "./addresses.ts";
import { trash } from "./folders.ts";

import { noLimit, quotaRule } from "./quota-rule.ts";
import type { Settings } from "./settings.ts";

/** An address that is no mailbox's own, and the mailbox whose quota decides whether its mail is taken. */
interface CheckedAddress {
  /** Without a domain: of every local one that has no entry of its own. */
  readonly address: string;
  readonly user: string;
  /** The mailbox's rule; empty: that of all. */
  readonly rule: string;
}

/** How large mailboxes may be, and whose quota is asked before mail to an address is taken. */
interface Quota extends Readonly<Record<string, unknown>> {
  readonly active: boolean;
  /** What holds where a mailbox has no rule of its own. */
  readonly rule: string;
  /** What the trash may hold beyond that. */
  readonly trashRule: string;
  readonly addresses: readonly CheckedAddress[];
}

/** A mailbox that is full takes no mail while Dovecot runs and QuotaStatus is enabled. */
export function quota(settings: Settings): Quota {
  const prop = (name: string): string => settings.prop("configuration", "dovecot", name) ?? "";
  const active = prop("status") === "enabled" && prop("QuotaStatus") === "enabled";
  return {
    active,
    rule: quotaRule(prop("QuotaDefaultSize")),
    trashRule: `${trash}:storage=+10%`,
    addresses: active ? checkedAddresses(settings) : [],
  };
}

/** What cannot stand in an extra field of a passwd file. */
const unwritable = /[\s%]/;

/**
 * Mail is refused at RCPT for one mailbox alone. What goes to several destinations, or to others than users, is taken
 * and delivered to all: their addresses are given to the user of public mailboxes, who has no limit.
 */
function checkedAddresses(settings: Settings): CheckedAddress[] {
  const { domains, aliases } = addresses(settings);
  const { users } = accountsOf(settings);
  const destinations = new Map<string, readonly string[]>();
  for (const { from, to } of aliases) destinations.set(from, to);
  const local = new Set(domains);
  const isMailbox = (name: string): boolean => users.has(name) || name === rootName || name === publicUser;

  /** The one mailbox that an address leads to, as virtual(5) follows it. */
  function mailboxOf(address: string, above: readonly string[]): string | undefined {
    const at = address.lastIndexOf("@");
    const [name, domain] = at < 0 ? [address, undefined] : [address.slice(0, at), address.slice(at + 1)];
    if (domain !== undefined && !local.has(domain)) return undefined;
    const [next, ...others] = destinations.get(address) ?? destinations.get(name) ?? [];
    if (next === undefined || next === address) return isMailbox(name) ? name : undefined;
    return others.length > 0 || above.includes(next) ? undefined : mailboxOf(next, [...above, next]);
  }

  return aliases.flatMap(({ from }) => {
    if (from.startsWith("@")) return [];
    const user = mailboxOf(from, [from]);
    // A mailbox's own name is in the list of all users.
    if (user === from) return [];
    if (user === undefined || user === publicUser || unwritable.test(user))
      return { address: from, user: publicUser, rule: noLimit };
    return { address: from, user, rule: users.get(user)?.quotaRule ?? "" };
  });
}
