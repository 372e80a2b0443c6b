import type { KeyEntry } from "./entry.ts";

/**
 * What the templates, events and services of this version act on, by key or by type of record. All other
 * properties are known, checked and stored, and have no effect before their feature is there.
 */
export const inEffect: Readonly<Record<string, readonly string[]>> = {
  rspamd: [
    "status",
    "SpamGreyLevel",
    "SpamTag2Level",
    "SpamKillLevel",
    "MaxProcesses",
    "Password",
    "QuarantineStatus",
    "QuarantineAccount",
    "QuarantineSelector",
    "SpamNotificationStatus",
  ],
  postfix: [
    "status",
    "MessageSizeMax",
    "MessageQueueLifetime",
    "AlwaysBccStatus",
    "AlwaysBccAddress",
    "HeloHost",
    "DynamicGroupAlias",
    "TCPPorts",
    "ConnectionsLimit",
    "ConnectionsLimitPerIp",
    "AccessPolicies",
    "AccessBypassList",
    "SenderValidation",
    "SystemUserRecipientStatus",
    "SmartHostStatus",
    "SmartHostName",
    "SmartHostPort",
    "SmartHostUsername",
    "SmartHostPassword",
    "SmartHostTlsStatus",
  ],
  dovecot: [
    "status",
    "ImapStatus",
    "PopStatus",
    "TlsSecurity",
    "AdminIsMaster",
    "LogActions",
    "MaxProcesses",
    "MaxUserConnectionsPerIp",
    "LmtpInetListenerStatus",
    "VszLimit",
    "TCPPorts",
    "RestrictedAccessGroup",
    "VmailPassword",
    "DeletedToTrash",
    "QuotaStatus",
    "QuotaDefaultSize",
    "SpamFolder",
    "SpamRetentionTime",
    "FtsLuceneStatus",
    "SharedMailboxesStatus",
    "SharedSeen",
  ],
  sender: ["status", "Host", "Port", "Username", "Password", "TlsStatus"],
  network: ["Mask"],
  tls: ["policy"],
  pki: ["CrtFile", "KeyFile", "ChainFile"],
  root: ["EmailAddress", "SenderAddress", "KeepMessageCopy"],
  sssd: ["Provider"],
  "postmaster@": ["Account", "Access"],
  user: [
    "PasswordHash",
    "MailStatus",
    "MailAccess",
    "MailForwardStatus",
    "MailForwardAddress",
    "MailForwardKeepMessageCopy",
    "MailQuotaType",
    "MailQuotaCustom",
    "MailSpamRetentionStatus",
    "MailSpamRetentionTime",
  ],
  group: ["Members", "MailStatus", "MailAccess"],
  pseudonym: ["Account", "Access"],
  domain: [
    "TransportType",
    "RelayHost",
    "RelayPort",
    "AlwaysBccStatus",
    "AlwaysBccAddress",
    "UnknownRecipientsActionType",
    "UnknownRecipientsActionDeliverMailbox",
    "DisclaimerStatus",
    "DisclaimerText",
  ],
};

/** Whether something of this version acts on a property; a site's own properties are the site's to know. */
export function isInEffect(entry: KeyEntry, name: string): boolean {
  if (entry.source !== undefined || entry.value !== undefined) return true;
  const id = "key" in entry.match ? entry.match.key : entry.match.type;
  return (Object.hasOwn(inEffect, id) ? inEffect[id] : undefined)?.includes(name) === true;
}
