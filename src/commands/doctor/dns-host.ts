import { BlockList, isIPv6 } from "node:net";
import { type Finding, warning } from "./finding.ts";

/** What DNS holds of the machine's own name, `undefined` where nobody says; addresses are written as `Network.lookUp` does. */
export interface HostFacts {
  readonly hostname: string;
  /** What Postfix calls itself to other servers. */
  readonly helo: string;
  readonly heloAddresses: readonly string[] | undefined;
  readonly addresses:
    | readonly { readonly address: string; readonly names: readonly string[] | undefined }[]
    | undefined;
}

/** Addresses of sites' own networks (RFC 1918, 4193, 6598), and of one machine or wire alone: no DNS leads back from them. */
const own = new BlockList();
for (const [network, length] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
] as const)
  own.addSubnet(network, length, "ipv4");
for (const [network, length] of [
  ["fc00::", 7],
  ["fe80::", 10],
  ["::1", 128],
] as const)
  own.addSubnet(network, length, "ipv6");

/** Other servers look whether the name in HELO exists (RFC 5321, 4.1.1.1) and whether address and name lead to each other. */
export function judgeHost({ hostname, helo, heloAddresses, addresses }: HostFacts): Finding[] {
  const noAddress = (name: string, use: string): Finding =>
    warning(
      `${name}, ${use}, has no address in DNS`,
      name,
      `publish: ${name}. IN A ADDRESS, the one by which this server reaches others`,
    );
  const unanswered = (name: string, use: string): Finding =>
    warning(`name servers do not answer for ${name}, ${use}`, name, `dig +trace ${name}`);
  const findings: Finding[] = [];
  const names = [
    { name: hostname, use: "the name of this server", known: addresses },
    ...(helo === hostname ? [] : [{ name: helo, use: "the name in HELO (HeloHost)", known: heloAddresses }]),
  ];
  for (const { name, use, known } of names) {
    if (known === undefined) findings.push(unanswered(name, use));
    else if (known.length === 0) findings.push(noAddress(name, use));
  }
  const expected = [hostname, helo].map((name) => name.toLowerCase());
  for (const { address, names } of addresses ?? []) {
    if (names === undefined || own.check(address, isIPv6(address) ? "ipv6" : "ipv4")) continue;
    if (names.some((name) => expected.includes(name.toLowerCase()))) continue;
    const where = reverseName(address);
    const what =
      names.length === 0
        ? `the address ${address} has no name in DNS (PTR)`
        : `the address ${address} has the name ${names.join(", ")} in DNS (PTR), and not ${helo}`;
    findings.push(warning(what, where, `have the provider publish: ${where}. IN PTR ${helo}.`));
  }
  return findings;
}

/** The domain of a machine whose name is not whole, by which no other server can reach it (hostname(1)). */
export function judgeName(hostname: string): Finding[] {
  if (!hostname.endsWith(".localdomain")) return [];
  return [
    warning(
      `this server has no full name: it calls itself ${hostname}`,
      "/etc/hostname",
      "hostnamectl set-hostname mail.DOMAIN && mailwright apply",
    ),
  ];
}

/** Where the names of an address are (RFC 1035, 3.5; RFC 3596, 2.5); IPv6 in eight groups of four digits. */
export function reverseName(address: string): string {
  const labels = isIPv6(address) ? [...address.replaceAll(":", "")] : address.split(".");
  return [...labels.reverse(), isIPv6(address) ? "ip6.arpa" : "in-addr.arpa"].join(".");
}
