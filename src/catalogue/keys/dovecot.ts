import type { KeyEntry } from "../entry.ts";
import { restrictedGroup } from "../restricted-group.ts";
import { onOff, quota, retention } from "./common.ts";

const events = ["nethserver-mail-server-save"];

export const dovecot: KeyEntry = {
  database: "configuration",
  match: { key: "dovecot" },
  types: ["service"],
  text: "The mailboxes: IMAP, POP3, quota, shared folders, the folder for spam, Sieve.",
  events: [],
  properties: {
    status: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Runs Dovecot; disabled: nobody reads mail or logs in to send it, and delivery waits.",
    },
    ImapStatus: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Serves IMAP on ports 143 and 993.",
    },
    PopStatus: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Serves POP3 on ports 110 and 995.",
    },
    TlsSecurity: {
      kind: { kind: "enum", values: ["required", "optional"] },
      default: "required",
      events,
      text: "required: nobody logs in without TLS; optional: passwords and mail may travel in the clear.",
    },
    AdminIsMaster: {
      kind: onOff,
      default: "disabled",
      events,
      text: "Lets root log in to any mailbox as USER*root with root's password.",
    },
    LogActions: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Writes what IMAP clients do with messages to /var/log/imap.",
    },
    DeletedToTrash: {
      kind: onOff,
      default: "disabled",
      events,
      text: "Moves messages that are marked as deleted to Trash, for clients such as Outlook that only mark them.",
    },
    QuotaStatus: {
      kind: onOff,
      default: "disabled",
      events,
      text: "Limits the size of mailboxes. Their users are warned at 80 and 95 %; mail to a full one is refused, unless it is to an address of several, which all get theirs.",
    },
    QuotaDefaultSize: {
      kind: quota,
      default: "20",
      events,
      text: "The limit of a mailbox in units of 0.1 GiB (20 is 2048 MiB); unlimited: none. A user may have another one.",
    },
    SharedMailboxesStatus: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Lets users share their folders with each other.",
    },
    SharedSeen: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Who reads a message in a shared folder marks it as read for all; a change of it resets the marks.",
    },
    SpamFolder: {
      kind: {
        kind: "pattern",
        // Spam is expunged after a while: in the inbox, or by a pattern, that would take other mail along. In names
        // of folders a dot parts levels on the disk, and neither ~ nor an empty level may stand.
        pattern: /^(?![Ii][Nn][Bb][Oo][Xx]$)(?![/~])(?!.*\/\/)[^\p{Cc}.*%?]{1,255}(?<!\/)$/u,
        accepted: "a folder name other than INBOX, without . * % ? and // and without ~ in front",
        empty: true,
      },
      default: "Junk",
      events,
      text: "The folder into which flagged mail is filed; moving mail in and out of it trains the filter. Empty: flagged mail stays in the inbox.",
    },
    SpamRetentionTime: {
      kind: retention,
      default: "15d",
      events,
      text: "How long mail is kept in SpamFolder, such as 15d or 4w; infinite: for ever.",
    },
    FtsLuceneStatus: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Searches the text of mail by an index, which a folder gets when it is first searched, where Dovecot's plugin for it is installed (on Debian, Xapian).",
    },
    MaxProcesses: {
      kind: { kind: "integer", min: 10, max: 10_000 },
      default: "400",
      events,
      text: "How many processes of one kind Dovecot may run; each IMAP connection takes one.",
    },
    MaxUserConnectionsPerIp: {
      kind: { kind: "integer", min: 1, max: 1000 },
      default: "12",
      events,
      text: "How many connections a user may have from one address; five times as many from this machine, for webmail.",
    },
    LmtpInetListenerStatus: {
      kind: onOff,
      default: "disabled",
      events,
      text: "Accepts mail by LMTP on TCP port 24, from every client that reaches the port, without a login, and past the filter, the limits of mailboxes and what is private; for other servers of one's own, to which a firewall must hold it.",
    },
    VszLimit: {
      kind: { kind: "integer", min: 1, unit: "MB", empty: true },
      events,
      text: "The memory in MB that one Dovecot process may use; empty: Dovecot's default.",
    },
    TCPPorts: {
      kind: {
        kind: "list",
        of: {
          kind: "pattern",
          // A listener of another port would speak none of the protocols.
          pattern: /^(?:110|143|993|995|4190)$/u,
          accepted: "110, 143, 993, 995 or 4190",
          plural: "the ports 110, 143, 993, 995 and 4190",
        },
        empty: true,
      },
      default: "110,143,4190,993,995",
      events,
      text: "The TCP ports of POP3 (110, 995), IMAP (143, 993) and ManageSieve (4190).",
    },
    RestrictedAccessGroup: {
      kind: { kind: "account", empty: true },
      events,
      text: "The group whose members reach their mailboxes from trusted networks only; empty: nobody is restricted.",
    },
    VmailPassword: {
      kind: { kind: "string", minLength: 16 },
      generated: true,
      secret: true,
      events,
      text: "The password of the master login USER*vmail, which synchronization uses; it is in /var/lib/nethserver/secrets/vmail too. One is made at random when none is set.",
    },
    KrbStatus: {
      kind: onOff,
      default: "enabled",
      events,
      text: "Takes Kerberos tickets (GSSAPI) of the system's users in place of passwords, where sssd Provider is system, KrbKeytabPath holds keys, and dovecot-gssapi is installed.",
    },
    KrbPrimaryList: {
      kind: {
        kind: "list",
        of: {
          kind: "pattern",
          pattern: /^[A-Za-z][A-Za-z0-9_-]*$/u,
          accepted: "the first part of a Kerberos service name, such as imap",
          plural: "Kerberos service names, such as imap",
        },
        empty: true,
      },
      default: "smtp,imap,pop",
      events,
      text: "The services that take tickets, by the first part of the name of their key in KrbKeytabPath, as in imap/HOST: smtp, imap, pop and sieve.",
    },
    KrbKeytabPath: {
      kind: { kind: "path" },
      default: "/var/lib/dovecot/krb5.keytab",
      events,
      text: "The file with the Kerberos keys of the mail services, all of one realm. Dovecot must be able to read it, and not everybody may.",
    },
  },
  rules: [restrictedGroup],
};
