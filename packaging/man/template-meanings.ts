import type { TemplateMetadata } from "../../src/template/metadata.ts";
import type { SyntaxName } from "../../src/template/syntax/syntaxes.ts";

/** What each member of template.yaml means; the type keeps it complete. */
const metadata: Readonly<Record<keyof TemplateMetadata, string>> = {
  syntax: "How the file holds values; one of SYNTAXES. Required.",
  owner:
    "The user that owns the file; root unless given. Where this machine has no such user, the file is root's, and that is said.",
  group: "The same for the group.",
  mode: 'The permissions, as octal digits in quotes: `"0640"`. Unless given, `"0644"`.',
  comment: "Whether the file starts with a note that it is made, and where to add to it; true unless given.",
  check: "The daemon that judges the file before it is written.",
  services:
    "A list of the units that take in a change of the file; unless given, that of `check`, and without it every unit of the event. An event that names the unit reloads or restarts it.",
  when: 'An expression, such as `eq config.rspamd.status "enabled"`; the file is removed while it is not true.',
  needs:
    "A path of this system, such as that of a plugin; the file is removed while nothing is there, and that is said.",
  without:
    "With `needs`: what is so while nothing is there, in a clause, which the notice and `mailwright status` say.",
  optional:
    "With `needs`: true where many machines have no such thing, and should have none to work well. Then an event says nothing of it, and `mailwright status` alone does.",
  each: "An expression for a list: a file is made for each of its items, which fragments see as `item`. A file that was made for an item which is gone is removed.",
  name: "With `each`, and only with it: an expression for the file's name, in the folder of the file that the template is named after.",
  secret:
    "true: the file's content is never shown in differences. A file with a line made of a secret property is never shown either.",
  map: "The type of the table, such as cdb, that postmap(1) makes beside the file.",
  pem: "An expression for a list of files, in PEM. Behind what fragments make, the file holds their private key and their certificates, each once; an event is refused where they do not fit together. It is made again when one of them is another.",
  keys: "An expression for a list of files with private keys that DKIM signs with. One that is not there is made, of RSA with 2048 bits, and one that was lost is not; each is readable for Rspamd's user alone.",
  listens:
    "A regular expression whose first group is, in each line that it fits, an address that the units listen on: a port, its name in services(5), or either behind HOST: as in `127.0.0.1:10025` or `[::1]:smtp`. After one of the `services` was started, reloaded or restarted, each of these ports must answer, or the old files are put back. The file is read as it was made, so that a fragment of the site counts as well. What is no TCP port, and port 0, is passed over.",
};

export const metadataKeys: readonly (readonly [string, string])[] = Object.entries(metadata);

interface SyntaxMeaning {
  readonly value: string;
  readonly variants: Readonly<Record<string, string>>;
}

/** Where the values of each syntax stand. */
export const syntaxMeanings: Readonly<Record<SyntaxName, SyntaxMeaning>> = {
  "postfix-main": {
    value: "The right-hand side of a parameter, as in main.cf; see postconf(5).",
    variants: { item: "One item of a list, such as mydestination." },
  },
  "postfix-map": {
    value:
      "A key, a result, or a piece of one without blanks and quotes, in the source of a table; see postmap(1).",
    variants: {
      key: "A whole key.",
      result: "A whole result.",
      address: "A mail address, in plain text, as key or result.",
      pattern: "Exact text between the slashes of a regexp: or pcre: table.",
      "pattern-result": "The result in such a table.",
    },
  },
  dovecot: {
    value: "A setting, quoted, in which Dovecot expands nothing.",
    variants: {
      literal: "A setting that Dovecot takes as it is.",
      expanded: "A setting in which Dovecot expands variables such as %u: everything in plugin {}.",
      section: "The name before a brace.",
      file: "A path whose content becomes the setting: `ssl_cert = </path`.",
    },
  },
  ucl: {
    value: "A string, quoted, as in the files of Rspamd.",
    variants: {
      key: "The key of an object.",
      number: "A number, perhaps with a unit such as 20mb, from its text.",
    },
  },
  sieve: { value: "A string, quoted.", variants: { pattern: "Exact text after :matches." } },
  getmail: {
    value: "The value of an option.",
    variants: {
      path: "The value of an option that names a file or folder.",
      string: "An item of a tuple, quoted.",
      argument: "An item of a command's arguments, quoted.",
    },
  },
  cron: {
    value: "A word of a command, or the user; see crontab(5).",
    variants: { schedule: "When it runs.", environment: "The value of a variable." },
  },
  passwd: {
    value: "A field between colons that reads alike in every place of a line, as in Dovecot's passwd-file.",
    variants: {
      user: "The first field, a user's name.",
      field: "One of the fields behind it.",
      extra: "The value of an extra field, the last part of a line.",
    },
  },
  systemd: {
    value: "A plain word, anywhere in a unit; see systemd.syntax(7).",
    variants: {
      text: "All of a text such as Description.",
      word: "A word of a list such as Environment, quoted.",
      exec: "An argument of a command, quoted.",
    },
  },
  nginx: { value: "A parameter of a directive, quoted.", variants: {} },
  lua: { value: "A string, quoted.", variants: {} },
  plain: {
    value: "A piece of a line, as it is, in a file without a syntax of its own.",
    variants: { text: "Whole lines, as they are." },
  },
};

/** The tables of src/mail, for those who write fragments. */
export const tableMeanings: Readonly<Record<string, string>> = {
  logins:
    "`users`, each mailbox with `name`, `isEscaped` (Dovecot looks for it with backslashes), `passwordHash` (empty where `isOfSystem`: PAM is asked then), `quotaRule` (empty: none); `isRestricted`, `restricted` and `networks`: the logins, as SERVICE/NAME, that are taken from these networks only.",
  kerberos:
    "`isOffered`, whether tickets are taken; `keytab`, the file with the keys; `refused`, Dovecot's services that take none, and `isSending`, whether SMTP does; `holders`, whom a ticket opens the own mailbox, as USER/NAME@REALM.",
  mailboxAccess:
    "`ports`, by Dovecot's names of the listeners, 0 for one that is closed; `processes` of one kind and `clients` of one process, at most; `connections` and `localConnections` of one user from one address.",
  connectors:
    "`accounts`, those from which mail is fetched, each with its `key`, the name of its `file`, and what getmail is told: `retriever`, `server`, `port` (empty: the usual one), `username`, `password`, `isEncrypted` where TLS is spoken from the start, `deletesAtOnce` and `deletesAfter` (days, 0: not for their age); and for mailwright fetch `account`, `minutes` and `isFiltered`; `applied` tells of the settings that a file was made of, so that nothing is fetched while they are others.",
  disclaimer:
    "`notes`, the legal notes of domains, each with `domains` (its name in ASCII and in Unicode), `text` and `html`.",
  folders:
    "`special`, the folders of every mailbox, each with `name`, `use` (such as Drafts, of RFC 6154) and `attribute`, the use as IMAP has it (\\\\Drafts); `keepsDeleted`, whether what is marked as deleted moves to `trash`; `trash` and `drafts`, the names of these two.",
  quota:
    "`active`; `rule`, Dovecot's rule for mailboxes without one of their own; `trashRule`, what the trash may hold beyond it; `addresses`, each with `address` (without a domain: of all local ones), the `user` whose mailbox must have room for its mail, and that one's own `rule`.",
  imapScripts:
    "`rules`, the Sieve scripts that run on what IMAP clients do, each with `number`, `folder` and `from` (that of a copy comes from; empty: any), `causes` and `script`; `usesPrograms`, whether one hands messages to programs.",
  training:
    "`active`; `isOpen`, whether everybody trains the filter by moving mail, or the `trainers` alone.",
  spamFolder:
    "`active`; `expires`, while Dovecot is there to expunge it; `name`, empty where spam stays in the inbox; `retentions`, each with `time`, such as 15d, and `users`, those whose spam is kept so long.",
  syncJobs:
    "`jobs`, the mailboxes of other IMAP servers that are copied into those of users, each with `user`, `file` (the name of its configuration), `host`, `port`, `encryption` (imapc_ssl), `username`, `password`, `mark` (by which a run sees whether its settings are applied) and more; `isTimed`, whether one of them is copied by the clock.",
  addresses:
    "`users`, each with `name`, `passwordHash`, `mayLogIn` and more; `domains`, those delivered here, the primary one first; `names`, those with a mailbox in each of them; `aliases`, each with `from` and `to`; `systemDomains`, the names of the machine itself; `internal`, the addresses and domains that take no mail from outside; `copies`, each with `domain` and `to`.",
  certificate:
    "`certificate`: the path of the one file with key, certificate and chain that all daemons read; `sources`, the files that it is made of.",
  dkim: "`signing`, the domains whose users' mail is signed, each with `domain`, as it stands in DNS, `names`, as it may stand in From, and `selector`; `keys`, the files of all their private keys; `folder`, that of the keys; `selectors`, the file that tells Rspamd of `signing`.",
  listeners:
    "`exchange`, `submission` and `submissions`: the ports for other servers, for logins with STARTTLS, and for logins with TLS from the first byte, each with `service` and `processes`; `takesLogins`, whether those of `exchange` take logins too.",
  networks:
    "`trusted`, the networks that reach private addresses; `bypass`, those whose mail is not filtered; `relaying`, all that relay without a login, as mynetworks has them.",
  attachments:
    "`classes`, Exec or Arch, and `custom`, further formats, each by its extension: the attachments that are refused; both are empty while BlockAttachmentStatus is disabled.",
  macros: "`active`, whether office documents are given to olefy.",
  quarantine:
    "`active`; `account`, the address that no alias changes any more; `place`, the `user` and the `folder` where messages lie, where that is here; `own`, the addresses that lead there and no further; `actions`, the verdicts of Rspamd whose messages are kept; `notify`, and `postmaster`, who is told, and to whom comes back what cannot be delivered.",
  relays:
    "`recipients` and `senders`, each with `match` and `transport`; `defaultTransport`, or nothing; `hostAccounts` and `senderAccounts`, each with `match` and `login`; `security`, each with `match` and `level`.",
  rules:
    "`entries`, the Allow and Block rules, each with `kind` (allow-from, allow-to, block-from) and `match`, an address or a domain in lower case; one whose domain is not ASCII alone is there in A-labels and in U-labels.",
  senderLogins: "`owned`: the addresses, each with `address` and the `logins` that may write from it.",
  spamChecks:
    "`active`; the least scores for `greylist`, `flag`, `prefix` (of the subject) and `refuse`, or nothing where it is off; `subject`, Rspamd's pattern of a subject with the prefix.",
  tlsPolicy:
    "`minimum`, the oldest protocol, `protocols`, all from it on, and `ciphers`, those up to TLS 1.2.",
  antivirus:
    "`active`; `action`, what an infected message gets; `largest`, the bytes of a message that is scanned, `stream`, those that the scanner takes at once, and `unpacked`, those that the scanner may unpack of it; `timeout`, in seconds, and `scannerTimeout`, in milliseconds, after which the scanner gives up by itself; `onlyAttachments`; `defers`, whether a message that could not be scanned is put off.",
  filterTimes:
    "How long each waits for the next one, in seconds: `scan`, Rspamd for the virus scanner; `task`, for all checks of a message; `milter`, Postfix for the verdict.",
  routes:
    "`transports`, each with `domain` and `transport`, as transport(5) has it; `verified`, the domains whose server is asked for each recipient.",
  sharing:
    "`isOpen`, whether users may share folders; `hasOwnSeen`, whether each has a \\Seen flag of his own in them; `users`, each with `key` and `fields`: their groups for access control lists, as a dict file of Dovecot holds them.",
};
