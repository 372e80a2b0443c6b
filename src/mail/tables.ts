import { sharing } from "./acl-groups.ts";
import { addresses } from "./addresses.ts";
import { antivirus } from "./antivirus.ts";
import { attachments } from "./attachments.ts";
import { certificate } from "./certificate.ts";
import { connectors } from "./connectors.ts";
import { disclaimer } from "./disclaimer.ts";
import { dkim } from "./dkim.ts";
import { filterTimes } from "./filter-times.ts";
import { folders } from "./folders.ts";
import { imapScripts } from "./imap-scripts.ts";
import { kerberos } from "./kerberos.ts";
import { listeners } from "./listeners.ts";
import { logins } from "./logins.ts";
import { macros } from "./macros.ts";
import { mailboxAccess } from "./mailbox-access.ts";
import { networks } from "./networks.ts";
import { quarantine } from "./quarantine.ts";
import { quota } from "./quota.ts";
import { relays } from "./relays.ts";
import { routes } from "./routes.ts";
import { rules } from "./rules.ts";
import { senderLogins } from "./sender-logins.ts";
import type { Settings } from "./settings.ts";
import { spamChecks } from "./spam-checks.ts";
import { spamFolder } from "./spam-folder.ts";
import { syncJobs } from "./sync-jobs.ts";
import { tlsPolicy } from "./tls-policy.ts";
import { training } from "./training.ts";

/** A table that fragments see by name, and the properties that it is made of. */
interface Table {
  build(settings: Settings): Readonly<Record<string, unknown>>;
  readonly from: readonly { readonly source: string; readonly secret: boolean }[];
}

const from = (...sources: readonly string[]): Table["from"] =>
  sources.map((source) => ({ source, secret: false }));

export const mailTables: Readonly<Record<string, Table>> = {
  certificate: { build: certificate, from: from("pki CrtFile", "pki KeyFile", "pki ChainFile") },
  addresses: { build: addresses, from: [] },
  logins: { build: logins, from: [] },
  kerberos: {
    build: kerberos,
    from: from("dovecot KrbStatus", "dovecot KrbPrimaryList", "dovecot KrbKeytabPath", "sssd Provider"),
  },
  mailboxAccess: {
    build: mailboxAccess,
    from: from(
      "dovecot ImapStatus",
      "dovecot PopStatus",
      "dovecot TCPPorts",
      "dovecot MaxProcesses",
      "dovecot MaxUserConnectionsPerIp",
    ),
  },
  routes: { build: routes, from: [] },
  connectors: { build: connectors, from: [] },
  disclaimer: { build: disclaimer, from: [] },
  quota: { build: quota, from: from("dovecot QuotaStatus", "dovecot QuotaDefaultSize") },
  spamFolder: { build: spamFolder, from: from("dovecot SpamFolder", "dovecot SpamRetentionTime") },
  folders: { build: folders, from: from("dovecot SpamFolder", "dovecot DeletedToTrash") },
  imapScripts: { build: imapScripts, from: from("dovecot SpamFolder", "dovecot DeletedToTrash") },
  training: { build: training, from: from("dovecot SpamFolder", "rspamd status") },
  sharing: { build: sharing, from: from("dovecot SharedMailboxesStatus", "dovecot SharedSeen") },
  senderLogins: { build: senderLogins, from: [] },
  relays: { build: relays, from: [] },
  networks: { build: networks, from: from("postfix AccessPolicies", "postfix AccessBypassList") },
  listeners: {
    build: listeners,
    from: from("postfix TCPPorts", "postfix ConnectionsLimit", "postfix AccessPolicies"),
  },
  spamChecks: {
    build: spamChecks,
    from: from(
      "rspamd SpamCheckStatus",
      "rspamd SpamGreyLevel",
      "rspamd SpamTag2Level",
      "rspamd SpamKillLevel",
      "rspamd SpamSubjectPrefixStatus",
      "rspamd SpamSubjectPrefixString",
    ),
  },
  rules: {
    build: rules,
    from: from("rspamd SenderWhiteList", "rspamd RecipientWhiteList", "rspamd SenderBlackList"),
  },
  dkim: { build: dkim, from: [] },
  syncJobs: { build: syncJobs, from: [] },
  tlsPolicy: { build: tlsPolicy, from: from("tls policy") },
  attachments: {
    build: attachments,
    from: from(
      "rspamd BlockAttachmentStatus",
      "rspamd BlockAttachmentClassList",
      "rspamd BlockAttachmentCustomStatus",
      "rspamd BlockAttachmentCustomList",
    ),
  },
  macros: { build: macros, from: from("rspamd OletoolsStatus", "olefy status") },
  antivirus: {
    build: antivirus,
    from: from(
      "clamd@rspamd status",
      "rspamd VirusCheckStatus",
      "rspamd VirusAction",
      "rspamd VirusScanSize",
      "rspamd VirusScanTimeout",
      "rspamd VirusScanOnlyAttachment",
      "rspamd VirusScanSoftReject",
    ),
  },
  filterTimes: { build: filterTimes, from: from("rspamd VirusScanTimeout") },
  quarantine: {
    build: quarantine,
    from: from(
      "rspamd QuarantineStatus",
      "rspamd QuarantineAccount",
      "rspamd QuarantineSelector",
      "rspamd SpamNotificationStatus",
    ),
  },
};
