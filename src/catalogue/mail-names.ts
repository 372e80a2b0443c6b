import { parseIp } from "./ip.ts";

// Dot-string of RFC 5321 with the UTF-8 of RFC 6531. Blanks inside are accepted beyond that, because account
// providers have names such as "domain users", which are addresses here too.
const localPart = /^[^\p{Cc}\p{Cs}\p{Z}"(),:;<>@[\\\].]+(?:(?:\.| +)[^\p{Cc}\p{Cs}\p{Z}"(),:;<>@[\\\].]+)*$/u;

const label = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u;
const hostLabel = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9])?$/;

function isName(text: string, pattern: RegExp): boolean {
  if (Buffer.byteLength(text) > 253) return false;
  const labels = text.split(".");
  // All digits at the end would make it look like an IPv4 address (RFC 3696, 2).
  return (
    labels.every((part) => part.length <= 63 && pattern.test(part)) && !/^\d+$/.test(labels.at(-1) ?? "")
  );
}

/** At most 64 octets (RFC 5321, 4.5.3.1.1), without quotes and without `@`. */
export function isLocalPart(text: string): boolean {
  return localPart.test(text) && Buffer.byteLength(text) <= 64;
}

/** A mail domain, see the kind `domain`. */
export function isDomain(text: string, form?: "ascii" | "fqdn"): boolean {
  if (!isName(text, label)) return false;
  if (form === undefined) return true;
  return /^[A-Za-z0-9.-]+$/.test(text) && (form === "ascii" || text.includes("."));
}

/** A host name, underscores tolerated, or an IP address. */
export function isHost(text: string): boolean {
  return parseIp(text) !== undefined || isName(text, hostLabel);
}

/** `local@domain`. */
export function isAddress(text: string): boolean {
  const at = text.lastIndexOf("@");
  return at > 0 && isLocalPart(text.slice(0, at)) && isDomain(text.slice(at + 1));
}

/**
 * The name of a user or a group, short or whole. It also names a folder and a login, so neither `/` nor the
 * `*` of a master login may be in it; and a line of a table that begins with `#` is none.
 */
export function isAccount(text: string): boolean {
  return !/^#|[/*]/.test(text) && (isLocalPart(text) || isAddress(text));
}
