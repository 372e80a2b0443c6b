import type { KeyEntry } from "../entry.ts";
import type { Kind } from "../kinds.ts";
import { quarantineMailbox } from "../quarantine-mailbox.ts";
import { below, needed } from "../rules.ts";
import { onOff, publicMailbox } from "./common.ts";

const events = ["nethserver-mail-filter-save"];
const quarantineEvents = ["nethserver-mail-quarantine-save"];

const score: Kind = { kind: "number", min: 1, max: 25 };
const senders: Kind = {
  kind: "list",
  of: { kind: "either", of: [{ kind: "address" }, { kind: "domain" }] },
  empty: true,
};
const extension: Kind = {
  kind: "pattern",
  pattern: /^[a-z0-9]+$/u,
  accepted: "a file extension of lower-case letters and digits",
  plural: "file extensions in lower case, without the dot",
};

export const rspamd: KeyEntry = {
  database: "configuration",
  match: { key: "rspamd" },
  types: ["service"],
  text: "The mail filter: spam scores, greylisting, antivirus, attachments, allow and block rules, quarantine.",
  events: [],
  properties: {
    status: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Runs Rspamd and passes all mail through it; disabled: mail is neither filtered nor signed.",
    },
    SpamCheckStatus: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Scores mail for spam; antivirus, attachments and the allow and block rules have switches of their own.",
    },
    SpamGreyLevel: {
      kind: { ...score, words: ["0"], empty: true },
      events,
      text: "Mail from unknown senders whose score reaches it is put off with a 4xx answer and accepted on a later attempt; empty or 0: no greylisting.",
    },
    SpamTag2Level: {
      kind: score,
      default: "6",
      events,
      text: "A message whose score reaches it is delivered with the header X-Spam: Yes.",
    },
    SpamKillLevel: {
      kind: score,
      default: "20",
      events,
      text: "A message whose score reaches it is refused while the sender is still connected.",
    },
    SpamSubjectPrefixStatus: {
      kind: onOff,
      default: "disabled",
      events,
      text: "Puts SpamSubjectPrefixString before the subject of flagged mail.",
    },
    SpamSubjectPrefixString: {
      kind: { kind: "string", minLength: 1, maxLength: 16 },
      default: "***SPAM***",
      events,
      text: "What flagged mail has before its subject while SpamSubjectPrefixStatus is enabled.",
    },
    SenderWhiteList: {
      kind: senders,
      events,
      text: "Allow From: mail whose sender in SMTP is one of these addresses, with a tag or without, or of these domains and their subdomains, is accepted without checks for spam, viruses, attachments and macros; it wins over SenderBlackList.",
    },
    RecipientWhiteList: {
      kind: senders,
      events,
      text: "Allow To: mail to one of these addresses, with a tag or without, or to these domains and their subdomains, is accepted so for all its recipients; it wins over SenderBlackList.",
    },
    SenderBlackList: {
      kind: senders,
      events,
      text: "Block From: mail whose sender in SMTP, or in the header From, is one of these addresses, with a tag or without, or of these domains and their subdomains, is refused, that of logins and trusted networks too.",
    },
    VirusCheckStatus: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Has ClamAV look for viruses in mail.",
    },
    VirusAction: {
      kind: { kind: "enum", values: ["reject", "rewrite_subject"] },
      default: "reject",
      events,
      text: "What an infected message gets, whatever its score: it is refused, or delivered with the virus's name in the subject.",
    },
    VirusScanSize: {
      kind: { kind: "integer", min: 1, unit: "bytes" },
      default: "20000000",
      events,
      text: "Larger messages, in bytes, are not scanned for viruses; ClamAV's own limits follow it.",
    },
    VirusScanTimeout: {
      kind: { kind: "integer", min: 1, max: 600, unit: "seconds" },
      default: "90",
      events,
      text: "How many seconds the virus scanner gets for one message before it counts as failed; more than 550 count as 550, for a sender waits no longer than 10 minutes for the answer.",
    },
    VirusScanOnlyAttachment: {
      kind: { kind: "enum", values: ["true", "false"] },
      default: "false",
      events,
      text: "Scans attachments that are no images, and not the text around them.",
    },
    VirusScanSoftReject: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Where the virus scanner fails, the sender is asked to try again later; disabled: the message goes on unscanned.",
    },
    BlockAttachmentStatus: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Refuses messages with forbidden attachments, known by their content, and scripts by their name.",
    },
    BlockAttachmentClassList: {
      kind: { kind: "list", of: { kind: "enum", values: ["Exec", "Arch"] }, empty: true },
      default: "Exec",
      events,
      text: "The classes of attachments that are forbidden, also within archives: Exec stands for programs and scripts, and for archives that cannot be looked into (encrypted lists of files, more than 256 MiB unpacked); Arch for archives, which includes office documents made as zip files.",
    },
    BlockAttachmentCustomStatus: {
      kind: onOff,
      default: "disabled",
      events,
      text: "Forbids the formats of BlockAttachmentCustomList as well.",
    },
    BlockAttachmentCustomList: {
      kind: { kind: "list", of: extension, empty: true },
      default: "doc,odt",
      events,
      text: "Further forbidden file formats, each by its usual extension: files with that name, or with such content.",
    },
    OletoolsStatus: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Refuses office documents with macros that run by themselves and are suspicious, where olefy is installed as its unit /etc/systemd/system/olefy.service; while olefy does not answer, mail with documents is put off.",
    },
    MaxProcesses: {
      kind: { kind: "integer", min: 1, max: 64 },
      default: "1",
      events,
      text: "How many worker processes check mail at the same time.",
    },
    Password: {
      kind: { kind: "string", minLength: 1 },
      generated: true,
      secret: true,
      events,
      text: "The password of the Rspamd web interface; one is made at random when none is set.",
    },
    QuarantineStatus: {
      kind: onOff,
      default: "disabled",
      events: quarantineEvents,
      text: "Spam goes to QuarantineAccount instead of being refused or reaching its recipients; what is refused for another reason, such as a virus, is refused as ever.",
    },
    QuarantineAccount: {
      kind: { kind: "either", of: [{ kind: "address", alone: "name" }, publicMailbox], empty: true },
      events: quarantineEvents,
      text: "The mailbox that keeps quarantined mail: a user's, a folder of it (spam+FOLDER), or a public one (vmail+FOLDER); spam checks are off for it, so use it for nothing else.",
    },
    QuarantineSelector: {
      kind: { kind: "enum", values: ["is_reject", "is_spam"] },
      default: "is_reject",
      events: quarantineEvents,
      text: "What is quarantined: only mail that would be refused, or all that is flagged as spam.",
    },
    SpamNotificationStatus: {
      kind: onOff,
      default: "disabled",
      events: quarantineEvents,
      text: "Tells the postmaster by mail of each quarantined message.",
    },
  },
  rules: [
    below("SpamGreyLevel", "SpamTag2Level", "a number from 1 to 25"),
    below("SpamTag2Level", "SpamKillLevel", "a number from 1 to 25"),
    needed("QuarantineAccount", "QuarantineStatus", "enabled", "an address, or its local part alone"),
    quarantineMailbox,
    needed(
      "BlockAttachmentCustomList",
      "BlockAttachmentCustomStatus",
      "enabled",
      "file extensions, such as doc,odt",
    ),
  ],
};
