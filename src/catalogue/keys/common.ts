import type { Kind } from "../kinds.ts";

export const onOff: Kind = { kind: "enum", values: ["enabled", "disabled"] };
export const yesNo: Kind = { kind: "enum", values: ["yes", "no"] };
export const publicPrivate: Kind = { kind: "enum", values: ["public", "private"] };

/** Free text that may be left out. */
export const optionalText: Kind = { kind: "string", empty: true };
export const optionalAddress: Kind = { kind: "address", empty: true };
export const optionalAddresses: Kind = { kind: "list", of: { kind: "address" }, empty: true };
export const optionalHost: Kind = { kind: "host", empty: true };
export const optionalPath: Kind = { kind: "path", empty: true };

/** A login at another server that Postfix keeps as `name:password`: the first colon ends the name. */
export const relayUsername: Kind = {
  kind: "pattern",
  pattern: /^[^:]+$/u,
  accepted: "a login name without a colon",
  empty: true,
};

/** A password at another server; Postfix takes blanks off the end of a table's line (postmap(1)). */
export const relayPassword: Kind = {
  kind: "pattern",
  pattern: /^.*[^ \t\v\f]$/u,
  accepted: "a password that does not end with a blank",
  empty: true,
};

/** A public mailbox as the destination of an address. */
export const publicMailbox: Kind = {
  kind: "pattern",
  pattern: /^vmail\+[^\p{Cc},]+$/u,
  accepted: "vmail+FOLDER for a public mailbox",
  plural: "public mailboxes (vmail+FOLDER)",
};

/** How long flagged mail is kept. */
export const retention: Kind = { kind: "duration", words: ["infinite"] };

/** A mailbox's size in units of 0.1 GiB. */
export const quota: Kind = { kind: "integer", min: 1, unit: "units of 0.1 GiB", words: ["unlimited"] };
