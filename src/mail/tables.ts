import { sharing } from "./acl-groups.ts";
import { addresses } from "./addresses.ts";
import { certificate } from "./certificate.ts";
import { folders } from "./folders.ts";
import { listeners } from "./listeners.ts";
import { logins } from "./logins.ts";
import { mailboxAccess } from "./mailbox-access.ts";
import { networks } from "./networks.ts";
import { quarantine } from "./quarantine.ts";
import { quota } from "./quota.ts";
import { relays } from "./relays.ts";
import { routes } from "./routes.ts";
import { senderLogins } from "./sender-logins.ts";
import type { Settings } from "./settings.ts";
import { spamChecks } from "./spam-checks.ts";
import { spamFolder } from "./spam-folder.ts";
import { tlsPolicy } from "./tls-policy.ts";

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
  quota: { build: quota, from: from("dovecot QuotaStatus", "dovecot QuotaDefaultSize") },
  spamFolder: { build: spamFolder, from: from("dovecot SpamFolder", "dovecot SpamRetentionTime") },
  folders: { build: folders, from: from("dovecot SpamFolder", "dovecot DeletedToTrash") },
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
  tlsPolicy: { build: tlsPolicy, from: from("tls policy") },
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
