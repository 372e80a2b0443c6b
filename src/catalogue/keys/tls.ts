import type { KeyEntry } from "../entry.ts";

export const tls: KeyEntry = {
  database: "configuration",
  match: { key: "tls" },
  types: ["configuration"],
  text: "How strict TLS is for all mail services.",
  events: [],
  properties: {
    policy: {
      kind: { kind: "enum", values: ["20180330", "20180621", "20181001", "20200510"], empty: true },
      default: "20200510",
      events: ["tls-policy-save"],
      text: "The oldest set of protocols and ciphers that clients may use, named by its date; empty: always the newest.",
    },
  },
};
