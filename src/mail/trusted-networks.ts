import { maskLength, parseIp } from "../catalogue/ip.ts";
import type { Settings } from "./settings.ts";

/** This machine itself, by both protocols. */
const loopback: readonly string[] = ["127.0.0.0/8", "::1/128"];

/** The machine itself and the networks of the database, each as ADDRESS/LENGTH. */
export function trustedNetworks(settings: Settings): string[] {
  const found: string[] = [];
  for (const { key, type, prop } of settings.records("networks"))
    if (type === "network") found.push(`${key}/${prefixLength(key, prop("Mask"))}`);
  return [...loopback, ...found];
}

/** A mask is a netmask or a prefix length; without one the network is the one address. */
function prefixLength(address: string, mask: string): number {
  if (mask === "") return 8 * (parseIp(address)?.length ?? 4);
  return mask.includes(".") ? (maskLength(mask) ?? 32) : Number(mask);
}
