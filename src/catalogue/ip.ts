/** An IP address as bytes: 4 of them for IPv4, 16 for IPv6. */
type IpBytes = readonly number[];

/** Reads a dotted IPv4 address; leading zeros, which some readers take for octal, are not accepted. */
function parseIpv4(text: string): IpBytes | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  if (!parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.map(Number);
}

/** The 16-bit groups of one side of `::`; the last may be a dotted IPv4 address. */
function parseGroups(text: string): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [index, group] of groups.entries()) {
    if (/^[0-9A-Fa-f]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
      continue;
    }
    const tail = index === groups.length - 1 ? parseIpv4(group) : undefined;
    if (tail === undefined) return undefined;
    bytes.push(...tail);
  }
  return bytes;
}

function parseIpv6(text: string): IpBytes | undefined {
  const sides = text.split("::");
  const [head, tail] = sides.map(parseGroups);
  if (sides.length > 2 || head === undefined) return undefined;
  if (sides.length === 1) return head.length === 16 ? head : undefined;
  // An IPv4 address can only be the end of the whole, so never the end of the left side.
  if (tail === undefined || sides[0]?.includes(".") || head.length + tail.length > 14) return undefined;
  return [...head, ...new Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}

/** Reads an IPv4 or IPv6 address (RFC 4291, 2.2; without a zone); `undefined` when it is neither. */
export function parseIp(text: string): IpBytes | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

/** The address with all bits beyond the first `length` cleared. */
export function networkOf(bytes: IpBytes, length: number): IpBytes {
  return bytes.map((byte, index) => {
    const kept = Math.min(8, Math.max(0, length - 8 * index));
    return byte & (255 << (8 - kept)) & 255;
  });
}

/** Writes an address: IPv4 dotted, IPv6 in groups with the longest run of zeros shortened (RFC 5952). */
export function formatIp(bytes: IpBytes): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  );
  const runs = groups.join(":").match(/(?:^|(?<=:))0(?::0)+(?=:|$)/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), "");
  if (longest === "") return groups.join(":");
  const zeros = longest.split(":").length;
  const start = groups.findIndex((_, index) => groups.slice(index, index + zeros).join(":") === longest);
  return `${groups.slice(0, start).join(":")}::${groups.slice(start + zeros).join(":")}`;
}

/** The prefix length of a netmask such as `255.255.255.0`; `undefined` when it is no netmask. */
export function maskLength(mask: string): number | undefined {
  const bytes = parseIpv4(mask);
  if (bytes === undefined) return undefined;
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return /^1*0*$/.test(bits) ? bits.lastIndexOf("1") + 1 : undefined;
}
