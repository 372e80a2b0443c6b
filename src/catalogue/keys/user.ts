import type { KeyEntry } from "../entry.ts";
import { needed } from "../rules.ts";
import { uniqueName } from "../unique-name.ts";
import { onOff, optionalAddresses, optionalText, publicPrivate, quota, retention, yesNo } from "./common.ts";

const events = ["user-create", "user-modify", "user-delete", "mailbox-save"];

export const user: KeyEntry = {
  database: "accounts",
  match: { type: "user" },
  key: { kind: { kind: "account" }, name: "user@domain" },
  types: ["user"],
  text: "A user with a mailbox; a bare name is one of the primary domain.",
  events,
  properties: {
    PasswordHash: {
      kind: {
        kind: "pattern",
        pattern: /^\{[A-Za-z0-9][A-Za-z0-9._-]*\}\S.*$/u,
        accepted: "a hash as doveadm pw prints it, such as {SHA512-CRYPT}$6$…",
        empty: true,
      },
      secret: true,
      events: ["password-modify", "user-create", "user-modify", "user-delete", "mailbox-save"],
      text: "The hash of the login password, as doveadm pw prints it, where users are records; empty: no login.",
    },
    FirstName: {
      kind: optionalText,
      events,
      text: "The first name, for lists.",
    },
    LastName: {
      kind: optionalText,
      events,
      text: "The last name, for lists.",
    },
    MailStatus: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Lets the user log in to IMAP, POP3 and SMTP; disabled: mail is still delivered.",
    },
    MailAccess: {
      kind: publicPrivate,
      default: "public",
      events,
      text: "private: mail from outside to the user is refused; only trusted networks and logins may send it.",
    },
    MailForwardStatus: {
      kind: onOff,
      default: "disabled",
      events,
      text: "Forwards the user's mail to MailForwardAddress.",
    },
    MailForwardAddress: {
      kind: optionalAddresses,
      events,
      text: "The addresses that get the user's mail while MailForwardStatus is enabled.",
    },
    MailForwardKeepMessageCopy: {
      kind: yesNo,
      default: "no",
      events,
      text: "Keeps a copy of forwarded mail in the user's mailbox.",
    },
    MailQuotaType: {
      kind: { kind: "enum", values: ["default", "custom"] },
      default: "default",
      events,
      text: "The mailbox's limit: QuotaDefaultSize of dovecot, or MailQuotaCustom.",
    },
    MailQuotaCustom: {
      kind: { ...quota, empty: true },
      events,
      text: "The user's own limit in units of 0.1 GiB (20 is 2048 MiB) while MailQuotaType is custom; unlimited: none.",
    },
    MailSpamRetentionStatus: {
      kind: onOff,
      default: "disabled",
      events,
      text: "Keeps the user's spam for MailSpamRetentionTime instead of dovecot's SpamRetentionTime.",
    },
    MailSpamRetentionTime: {
      kind: { ...retention, empty: true },
      events,
      text: "How long the user's spam is kept, such as 15d or 4w; infinite: for ever.",
    },
  },
  rules: [
    uniqueName,
    needed("MailForwardAddress", "MailForwardStatus", "enabled", "a comma-separated list of addresses"),
    needed("MailQuotaCustom", "MailQuotaType", "custom", "a whole number of units of 0.1 GiB, or unlimited"),
    needed("MailSpamRetentionTime", "MailSpamRetentionStatus", "enabled", "a time such as 15d, or infinite"),
  ],
};
