import type { KeyEntry } from "../entry.ts";

const events = ["nethserver-mail-server-save"];
const text = "The first label of the host name, such as mail; taken from the host unless it is stored.";

export const systemName: KeyEntry = {
  database: "configuration",
  match: { key: "SystemName" },
  types: [],
  value: {
    kind: {
      kind: "pattern",
      pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/u,
      accepted: "one label of a host name, such as mail",
    },
    events,
    text,
  },
  text,
  events,
  properties: {},
};
