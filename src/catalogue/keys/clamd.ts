import type { KeyEntry } from "../entry.ts";
import { onOff } from "./common.ts";

export const clamd: KeyEntry = {
  database: "configuration",
  match: { key: "clamd@rspamd" },
  types: ["service"],
  text: "The virus scanner that Rspamd asks.",
  events: [],
  properties: {
    status: {
      kind: onOff,
      default: "enabled",
      events: ["nethserver-mail-filter-save"],
      text: "Runs ClamAV for the mail filter, and fetches its signatures; it needs more than 1 GB of memory. Until it has signatures, mail is put off; disabled, nothing is scanned for viruses.",
    },
  },
};
