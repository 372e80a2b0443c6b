import type { KeyEntry } from "../entry.ts";
import { optionalAddress, optionalAddresses, yesNo } from "./common.ts";

const events = ["notifications-save"];

export const root: KeyEntry = {
  database: "configuration",
  match: { key: "root" },
  types: ["configuration"],
  text: "Mail to the administrator: notices of the system, and mail to postmaster.",
  events: [],
  properties: {
    EmailAddress: {
      kind: optionalAddresses,
      events,
      text: "Where root's mail goes; empty: it stays in root's mailbox.",
    },
    SenderAddress: {
      kind: optionalAddress,
      events,
      text: "The sender address of mail that root sends; empty: root at this host.",
    },
    KeepMessageCopy: {
      kind: yesNo,
      default: "yes",
      events,
      text: "Keeps a copy in root's mailbox of what goes to EmailAddress.",
    },
  },
};
