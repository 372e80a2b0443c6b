import { localDomains } from "./accounts.ts";
import { systemDomains } from "./addresses.ts";
import { nextHop } from "./routes.ts";
import type { Setting, Settings } from "./settings.ts";

/** An entry of a table whose result is a route, as transport(5) has it. */
interface Route {
  readonly match: string;
  readonly transport: string;
}

/** What Postfix logs in with, as `name:password`; `match` is a next hop or a sender. */
interface Account {
  readonly match: string;
  readonly login: string;
}

/** How mail leaves by other servers than those of its recipients' domains. */
interface Relays extends Readonly<Record<string, unknown>> {
  /** By recipient: `name@domain`, or a domain. */
  readonly recipients: readonly Route[];
  /** By sender: `name@domain` or `@domain`. */
  readonly senders: readonly Route[];
  /** For all other mail; empty: straight to its destination. */
  readonly defaultTransport: string;
  readonly hostAccounts: readonly Account[];
  readonly senderAccounts: readonly Account[];
  /** Security levels by next hop, as smtp_tls_policy_maps has them. */
  readonly security: readonly { readonly match: string; readonly level: "encrypt" | "may" }[];
}

/** A relay host with all that is set for it. */
interface Relay {
  readonly match: string;
  readonly hop: string;
  /** Port 465 takes TLS from the first byte (RFC 8314, 3.3). */
  readonly isWrapped: boolean;
  readonly isTlsRequired: boolean;
  readonly username: string;
  readonly password: string;
}

/**
 * The rules in their order: Postfix asks transport_maps by recipient, then the maps by sender, then takes the default,
 * and in each an address goes before its domain. The account of a rule is that of its transport: those named
 * `…-host-login` look it up by next hop, `…-sender-login` by sender, and no other logs in at all, so that no rule
 * borrows another's account.
 */
export function relays(settings: Settings): Relays {
  const rules = [...settings.records("smarthosts")].filter(({ prop }) => prop("status") === "enabled");
  const ruled = (type: string): Relay[] =>
    unique(rules.filter((rule) => rule.type === type && rule.prop("Host") !== "").map(ruleRelay));
  const own = routedDomains(settings);
  const recipients = ruled("recipient").filter(({ match }) => !own.has(domainOf(match)));
  const senders = ruled("sender");
  const fallback = defaultRelay(settings);
  const byHost = [...recipients, ...fallback];
  return {
    recipients: recipients.map((relay) => ({
      match: relay.match.replace(/^@/, ""),
      transport: transport(relay, "host"),
    })),
    senders: senders.map((relay) => ({ match: relay.match, transport: transport(relay, "sender") })),
    defaultTransport: fallback.map((relay) => transport(relay, "host"))[0] ?? "",
    hostAccounts: unique(byHost.filter(hasAccount).map((relay) => account(relay.hop, relay))),
    senderAccounts: senders.filter(hasAccount).map((relay) => account(relay.match, relay)),
    security: strictest([...byHost, ...senders]),
  };
}

function ruleRelay({ key, prop }: Setting): Relay {
  return relay(key.toLowerCase(), prop("Host"), prop("Port"), {
    username: prop("Username"),
    password: prop("Password"),
    tls: prop("TlsStatus"),
  });
}

function defaultRelay(settings: Settings): Relay[] {
  const prop = (name: string): string => settings.prop("configuration", "postfix", `SmartHost${name}`) ?? "";
  if (prop("Status") !== "enabled" || prop("Name") === "") return [];
  const login = { username: prop("Username"), password: prop("Password"), tls: prop("TlsStatus") };
  return [relay("", prop("Name"), prop("Port"), login)];
}

function relay(
  match: string,
  host: string,
  port: string,
  { username, password, tls }: { username: string; password: string; tls: string },
): Relay {
  const isWrapped = port === "465";
  const hop = nextHop(host.toLowerCase(), port);
  return { match, hop, isWrapped, isTlsRequired: isWrapped || tls === "enabled", username, password };
}

function transport(one: Relay, kind: "host" | "sender"): string {
  const service = hasAccount(one) ? `smtp-${kind}-login` : "smtp";
  return `${service}${one.isWrapped ? "-wrapped" : ""}:${one.hop}`;
}

function hasAccount({ username }: Relay): boolean {
  return username !== "";
}

function account(match: string, { username, password }: Relay): Account {
  return { match, login: `${username}:${password}` };
}

/** Where two rules share a host and port, one that requires TLS requires it for both. */
function strictest(all: readonly Relay[]): Relays["security"] {
  const required = new Set(all.filter(({ isTlsRequired }) => isTlsRequired).map(({ hop }) => hop));
  return [...new Set(all.map(({ hop }) => hop))].map((match) => ({
    match,
    level: required.has(match) ? "encrypt" : "may",
  }));
}

/** Domains that have a route of their own already: delivered here, relayed to their servers, or thrown away. */
function routedDomains(settings: Settings): ReadonlySet<string> {
  const records = [...settings.records("domains")];
  const routed = records.filter(({ type, prop }) => type === "domain" && prop("TransportType") !== "none");
  return new Set([
    ...localDomains(settings),
    ...systemDomains(settings),
    ...routed.map(({ key }) => key.toLowerCase()),
  ]);
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1);

/** The first of those that are looked up by one key. */
function unique<T extends { readonly match: string }>(all: readonly T[]): T[] {
  const found = new Map<string, T>();
  for (const one of all) if (!found.has(one.match)) found.set(one.match, one);
  return [...found.values()];
}
