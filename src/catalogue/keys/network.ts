import type { KeyEntry, RuleRecord } from "../entry.ts";
import { formatIp, maskLength, networkOf, parseIp } from "../ip.ts";
import type { Kind } from "../kinds.ts";
import { wholeMask } from "../whole-internet.ts";
import { optionalText } from "./common.ts";

const mask: Kind = {
  kind: "either",
  of: [
    { kind: "integer", min: 0, max: 128 },
    {
      kind: "pattern",
      // Each octet is full before the next begins: 255.255.240.0.
      pattern: /^(?:255\.){0,3}(?:255|254|252|248|240|224|192|128|0)(?:\.0){0,3}$/u,
      accepted: "a netmask such as 255.255.255.0",
    },
  ],
  empty: true,
};

/** Why the mask does not belong to the record's address. */
function maskFault(record: RuleRecord): string | undefined {
  const bytes = parseIp(record.key);
  const value = record.prop("Mask");
  if (bytes === undefined || value === "") return undefined;
  const dotted = value.includes(".");
  if (dotted && bytes.length === 16) return `${record.key} is an IPv6 address and takes a prefix length`;
  const length = dotted ? maskLength(value) : Number(value);
  if (length === undefined || !(length <= 8 * bytes.length)) {
    return dotted ? "it is no netmask" : `the prefix length of ${record.key} is at most ${8 * bytes.length}`;
  }
  const network = networkOf(bytes, length);
  if (network.every((byte, index) => byte === bytes[index])) return undefined;
  return `with it the network is ${formatIp(network)}, not ${record.key}`;
}

export const network: KeyEntry = {
  database: "networks",
  match: { type: "network" },
  key: { kind: { kind: "network", plain: true }, name: "network address" },
  types: ["network"],
  text: "A trusted network: its clients may use private addresses and, with trustednetworks in AccessPolicies of postfix, relay.",
  events: ["trusted-networks-modify"],
  properties: {
    Mask: {
      kind: mask,
      events: ["trusted-networks-modify"],
      text: "The size of the network: a netmask such as 255.255.255.0, or a prefix length such as 24 or, for IPv6, 64; empty: that one address.",
    },
    Description: {
      kind: optionalText,
      events: [],
      text: "A note for administrators.",
    },
  },
  rules: [
    wholeMask,
    {
      when: "set",
      properties: ["Mask"],
      check(record) {
        const reason = maskFault(record);
        return reason === undefined
          ? undefined
          : { property: "Mask", reason, accepted: "the netmask or prefix length that fits the address" };
      },
    },
  ],
};
