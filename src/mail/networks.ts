import { formatIp, maskLength, networkOf, parseIp } from "../catalogue/ip.ts";
import { listItems } from "../catalogue/notation.ts";
import type { Setting, Settings } from "./settings.ts";

/** Clients that are trusted for where they are; each list in CIDR notation, as cidr_table(5) and Rspamd have it. */
interface Networks extends Readonly<Record<string, unknown>> {
  /** This machine and the networks of the database: they reach private addresses. */
  readonly trusted: readonly string[];
  /** Those that relay without a login and whose mail is not filtered. */
  readonly bypass: readonly string[];
  /** All that relay without a login, in the notation of Postfix's `mynetworks`, with IPv6 in brackets. */
  readonly relaying: readonly string[];
}

const loopback = ["127.0.0.0/8", "::1/128"];

export function networks(settings: Settings): Networks {
  const postfix = (name: string): string[] =>
    listItems(settings.prop("configuration", "postfix", name) ?? "");
  const trusted = [...settings.records("networks")].flatMap(trustedNetwork);
  const bypass = postfix("AccessBypassList").flatMap(network);
  const open = postfix("AccessPolicies").includes("trustednetworks") ? trusted : [];
  return {
    trusted: unique([...loopback, ...trusted]),
    bypass: unique(bypass),
    relaying: unique([...loopback, ...bypass, ...open]).map(inBrackets),
  };
}

function trustedNetwork({ key, type, prop }: Setting): string[] {
  if (type !== "network") return [];
  const mask = prop("Mask");
  const length = mask.includes(".") ? String(maskLength(mask) ?? "") : mask;
  return network(length === "" ? key : `${key}/${length}`);
}

/** A network, or the one address where no length is given, with the bits of hosts cleared; none where it is no address. */
function network(text: string): string[] {
  const [address = "", length] = text.split("/");
  const bytes = parseIp(address);
  if (bytes === undefined) return [];
  const bits = length === undefined ? 8 * bytes.length : Number(length);
  return [`${formatIp(networkOf(bytes, bits))}/${bits}`];
}

/** Whether an address is in one of these networks, in CIDR notation; what is no address is in none. */
export function isIn(cidrs: readonly string[], address: string): boolean {
  const bytes = parseIp(address);
  if (bytes === undefined) return false;
  return cidrs.some((cidr) => {
    const length = cidr.slice(cidr.indexOf("/") + 1);
    return `${formatIp(networkOf(bytes, Number(length)))}/${length}` === cidr;
  });
}

function inBrackets(cidr: string): string {
  return cidr.includes(":") ? `[${cidr.replace("/", "]/")}` : cidr;
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
