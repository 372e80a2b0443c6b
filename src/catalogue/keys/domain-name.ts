import type { KeyEntry } from "../entry.ts";
import { isRelayed } from "./domain.ts";

const events = ["nethserver-mail-server-save"];
const text = "The primary domain, such as example.org; taken from the host name unless it is stored.";

export const domainName: KeyEntry = {
  database: "configuration",
  match: { key: "DomainName" },
  types: [],
  value: { kind: { kind: "domain", form: "ascii" }, events, text },
  text,
  events,
  properties: {},
  rules: [
    {
      when: "set",
      properties: ["type"],
      check(record, context) {
        const wanted = record.type.toLowerCase();
        for (const domain of context.records("domains")) {
          if (domain.key.toLowerCase() !== wanted || !isRelayed(domain)) continue;
          const reason = "mail to it is relayed on: its TransportType is Relay";
          return { property: "type", reason, accepted: "a domain that is not relayed" };
        }
        return undefined;
      },
    },
  ],
};
