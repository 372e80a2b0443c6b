import { accountsOf } from "./accounts.ts";
import { addresses } from "./addresses.ts";
import type { Settings } from "./settings.ts";

/** Whose mail comes to an address: who may write from it. */
interface Owned {
  /** As virtual(5) has it: `name@domain`, `name` of every local domain, or `@domain`. */
  readonly address: string;
  /** Login names; of an address that nobody may write from, one that nobody has. */
  readonly logins: readonly string[];
}

interface SenderLogins extends Readonly<Record<string, unknown>> {
  readonly owned: readonly Owned[];
}

/** No login has this name: Dovecot takes the domain off each. */
const noLogins = ["@"];

/**
 * The owners of all addresses that mail is delivered to. An address without one has an entry as well, lest a less
 * specific one be found for it. A user's forward gives nobody else the address.
 *
 * Postfix parts the names by blanks and commas (smtpd_sender_login_maps, postconf(5)), so that a login name with
 * either owns nothing.
 */
export function senderLogins(settings: Settings): SenderLogins {
  const { aliases, domains, names } = addresses(settings);
  const { users: logins } = accountsOf(settings);
  const entries = new Map<string, readonly string[]>();
  for (const { from, to } of aliases) if (!logins.get(from)?.forwards.length) entries.set(from, to);
  const local = new Set(domains);

  /** `above`: the entries that led here. */
  const addOwners = (owners: Set<string>, address: string, above: readonly string[]): void => {
    const whole = address.toLowerCase();
    const at = whole.lastIndexOf("@");
    const domain = whole.slice(at + 1);
    if (!local.has(domain)) return;
    const name = whole.slice(0, at);
    const tag = name.indexOf("+");
    const plain = tag < 0 ? name : name.slice(0, tag);
    const from =
      entryOf(whole) ??
      (tag < 0 ? entryOf(name) : (entryOf(`${plain}@${domain}`) ?? entryOf(name) ?? entryOf(plain)));
    if (from !== undefined && !above.includes(from)) {
      for (const to of entries.get(from) ?? []) addOwners(owners, to, [...above, from]);
    } else if (logins.has(plain) && !/[\s,]/u.test(plain)) owners.add(plain);
  };
  const entryOf = (address: string): string | undefined => (entries.has(address) ? address : undefined);

  const owned: Owned[] = [];
  // One set for all: there are many addresses, and most have one owner.
  const owners = new Set<string>();
  const add = (address: string): void => {
    owned.push({ address, logins: owners.size > 0 ? [...owners] : noLogins });
    owners.clear();
  };
  const own = new Set(names);
  for (const [from, to] of entries) {
    if (own.has(from)) continue;
    for (const one of to) addOwners(owners, one, [from]);
    add(from);
  }
  for (const name of names) {
    if (logins.has(name) && !/[\s,]/u.test(name)) owners.add(name);
    for (const one of entries.get(name) ?? []) addOwners(owners, one, [name]);
    add(name);
  }
  return { owned };
}
