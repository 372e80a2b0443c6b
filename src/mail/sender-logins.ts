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
const nobody = "@";

/**
 * The owners of all addresses that mail is delivered to. An address without one has an entry as well, lest a less
 * specific one be found for it. A user's forward gives nobody else the address.
 *
 * Postfix parts the names by blanks and commas (smtpd_sender_login_maps, postconf(5)), so that a login name with
 * either owns nothing.
 */
export function senderLogins(settings: Settings): SenderLogins {
  const { aliases, users, domains, names } = addresses(settings);
  const logins = new Set(users.map(({ name }) => name));
  const forwarded = new Set(users.filter(({ forwards }) => forwards.length > 0).map(({ name }) => name));
  const entries = new Map(
    aliases.filter(({ from }) => !forwarded.has(from)).map(({ from, to }) => [from, to]),
  );
  const local = new Set(domains);

  const ownersOf = (address: string, seen: ReadonlySet<string>): string[] => {
    const at = address.lastIndexOf("@");
    const domain = address.slice(at + 1).toLowerCase();
    if (!local.has(domain)) return [];
    const name = address.slice(0, at).toLowerCase();
    const plain = name.replace(/\+.*$/u, "");
    const from = [`${name}@${domain}`, `${plain}@${domain}`, name, plain].find((one) => entries.has(one));
    if (from === undefined || seen.has(from)) return logins.has(plain) ? [plain] : [];
    const further = new Set([...seen, from]);
    return (entries.get(from) ?? []).flatMap((to) => ownersOf(to, further));
  };

  const owned = new Map<string, string[]>();
  for (const [from, to] of entries)
    owned.set(
      from,
      to.flatMap((one) => ownersOf(one, new Set([from]))),
    );
  for (const name of names)
    owned.set(name, [...(logins.has(name) ? [name] : []), ...(owned.get(name) ?? [])]);
  return {
    owned: [...owned].map(([address, all]) => {
      const able = [...new Set(all)].filter((login) => !/[\s,]/u.test(login));
      return { address, logins: able.length > 0 ? able : [nobody] };
    }),
  };
}
