import type { Rule, RuleContext, RuleRecord } from "./entry.ts";
import { listItems } from "./notation.ts";
import { isDeleted } from "./rules.ts";

/** What a walk through the addresses needs to know, all in lower case. */
interface Addresses {
  /** The destinations of each address record, by its key. */
  readonly destinations: ReadonlyMap<string, readonly string[]>;
  /** Short and whole names of users and groups, where a walk ends. */
  readonly accounts: ReadonlySet<string>;
  readonly localDomains: ReadonlySet<string>;
  readonly primaryDomain: string;
}

function split(address: string): { readonly local: string; readonly domain: string } {
  const at = address.lastIndexOf("@");
  return at < 0
    ? { local: address, domain: "" }
    : { local: address.slice(0, at), domain: address.slice(at + 1) };
}

function addressesOf(context: RuleContext): Addresses {
  const primaryDomain = context.primaryDomain.toLowerCase();
  const localDomains = new Set([primaryDomain]);
  for (const domain of context.records("domains")) {
    if (!isDeleted(domain) && domain.prop("TransportType") === "LocalDelivery") {
      localDomains.add(domain.key.toLowerCase());
    }
  }
  const destinations = new Map<string, readonly string[]>();
  const accounts = new Set<string>();
  const add = (other: RuleRecord): void => {
    const key = other.key.toLowerCase();
    if (other.type === "pseudonym") destinations.set(key, listItems(other.prop("Account").toLowerCase()));
    if (other.type !== "user" && other.type !== "group") return;
    const { local, domain } = split(key);
    accounts.add(local).add(`${local}@${domain || primaryDomain}`);
  };
  for (const other of context.records("accounts")) add(other);
  return { destinations, accounts, localDomains, primaryDomain };
}

/** The address record that a destination leads to: of that very address, else of its name in any domain. */
function recordOf(destination: string, start: string, known: Addresses): string | undefined {
  const isRecord = (key: string): boolean => key === start || known.destinations.has(key);
  const { local, domain } = split(destination);
  if (known.accounts.has(destination)) return undefined;
  const exact = `${local}@${domain || known.primaryDomain}`;
  if (isRecord(exact)) return exact;
  const open = `${local}@`;
  const isLocal = domain === "" || known.localDomains.has(domain);
  return isLocal && isRecord(open) ? open : undefined;
}

/** The records on a way from `start`, with `own` destinations, back to it, or `undefined` where there is none. */
function loopFrom(start: string, own: readonly string[], known: Addresses): string[] | undefined {
  const seen = new Set([start]);
  const walk = (key: string): string[] | undefined => {
    for (const destination of key === start ? own : (known.destinations.get(key) ?? [])) {
      const next = recordOf(destination, start, known);
      // A record that names itself means the mailbox of that name.
      if (next === undefined || next === key) continue;
      if (next === start) return [key];
      if (seen.has(next)) continue;
      seen.add(next);
      const rest = walk(next);
      if (rest !== undefined) return [key, ...rest];
    }
    return undefined;
  };
  return walk(start);
}

/** Addresses that lead back to themselves through others: Postfix would give up on their mail. */
export const addressLoop: Rule = {
  when: "set",
  properties: ["Account", "type"],
  check(record, context) {
    if (record.type !== "pseudonym") return undefined;
    const start = record.key.toLowerCase();
    const known = context.once(addressesOf);
    const own = listItems(record.prop("Account").toLowerCase());
    const loop = loopFrom(start, own, known);
    if (loop === undefined) return undefined;
    return {
      property: "Account",
      reason: `its mail would run in a circle: ${[...loop, start].join(" → ")}`,
      accepted: "destinations that do not lead back to this address",
    };
  },
};
