import type { KeyEntry } from "../entry.ts";
import { needed } from "../rules.ts";
import { onOff, optionalHost, optionalText } from "./common.ts";

const events = ["nethserver-mail-imapsync-save"];

export const imapsync: KeyEntry = {
  database: "imapsync",
  match: { type: "imapsync" },
  key: { kind: { kind: "account" }, name: "user@domain" },
  types: ["imapsync"],
  text: "A mailbox on another IMAP server that is copied into the mailbox of the user who is the key.",
  events,
  properties: {
    hostname: {
      kind: optionalHost,
      events,
      text: "The remote IMAP server.",
    },
    Port: {
      kind: { kind: "port" },
      default: "143",
      events,
      text: "The TCP port of the remote server: 143 is usual with tls or no, 993 with ssl.",
    },
    Security: {
      kind: { kind: "enum", values: ["tls", "ssl", "no"] },
      default: "tls",
      events,
      text: "tls: STARTTLS, ssl: TLS from the start, no: in the clear.",
    },
    username: {
      kind: optionalText,
      events,
      text: "The login name at the remote server; USER*MASTER logs in as USER with the password of MASTER.",
    },
    Password: {
      kind: optionalText,
      secret: true,
      events,
      text: "The password at the remote server.",
    },
    DeleteDestination: {
      kind: onOff,
      default: "disabled",
      events,
      text: "Removes messages here that were copied and are gone from the remote server, but not most of them at once.",
    },
    TrashSync: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Copies the folder Trash as well.",
    },
    Exclude: {
      kind: { kind: "list", of: { kind: "string" }, empty: true },
      events,
      text: "Folders that are not copied, nor what is below them: full names as they are here, with / between levels; no patterns.",
    },
    status: {
      kind: onOff,
      default: "disabled",
      events,
      text: "Copies every Time hours; disabled: only when mailwright sync run is called.",
    },
    Time: {
      kind: { kind: "integer", min: 1, max: 168, unit: "hours" },
      default: "24",
      events,
      text: "The hours between two copies while status is enabled.",
    },
  },
  rules: [
    needed("hostname", "status", "enabled", "a host name or an IP address"),
    needed("username", "status", "enabled", "a login name"),
  ],
};
