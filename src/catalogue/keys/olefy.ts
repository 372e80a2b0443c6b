import type { KeyEntry } from "../entry.ts";
import { onOff } from "./common.ts";

const events = ["nethserver-mail-filter-save"];

export const olefy: KeyEntry = {
  database: "configuration",
  match: { key: "olefy" },
  types: ["service"],
  text: "The service that looks for macros in office documents with oletools.",
  events: [],
  properties: {
    status: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Runs olefy, where it is installed; disabled: documents are not checked for macros.",
    },
    TCPPort: {
      kind: { kind: "port" },
      default: "10632",
      events,
      text: "The TCP port on which olefy listens on this machine.",
    },
  },
};
