import type { Command } from "./command.ts";

/** What the events of mailboxes and backups do beyond files and services. */
export const mailboxCommands: readonly Command[] = [
  {
    name: "public-mailbox",
    synopsis: "create|modify|delete NAME [ARGUMENT]…",
    summary: "make, change or remove the folder of a public mailbox",
    description: [
      "What the events sharedmailbox-create NAME [ID RIGHTS]…, sharedmailbox-modify OLD NEW [ID RIGHTS]… and " +
        "sharedmailbox-delete NAME do in the mailboxes; signal those instead: they look after the addresses too.",
      "NAME is that of a folder, with / before a folder within it. Users see it as Public/NAME; mail to vmail+NAME at a domain of this " +
        "server comes to it. The event that makes it gives it the address NAME@ of every domain, where nobody has that yet.",
      "ID is user=NAME, group=NAME, anyone or authenticated. RIGHTS are read, read-write, full or none, letters of RFC 4314 such as lrs, or " +
        "Dovecot's words such as 'lookup read'. Who is not named loses his rights; where nobody is named, all stay. The rights " +
        "of INBOX say who may make public mailboxes with an IMAP client.",
      "A new name takes folders within along, users' subscriptions and what they have read; addresses, forwards, catch-alls and " +
        "copies that lead to exactly it lead to the new one. A mailbox that is removed goes with its mail, and addresses that lead " +
        "nowhere else go too.",
    ],
    options: [],
    arguments: ["text"],
    count: [2, Number.POSITIVE_INFINITY],
    examples: [
      ["signal-event sharedmailbox-create Sales 'group=sales staff' read-write user=john full", "a new one"],
      ["signal-event sharedmailbox-modify Sales Orders", "another name"],
      ["signal-event sharedmailbox-modify INBOX INBOX user=john full", "john may make more of them"],
    ],
    load: async () => (await import("./deferred.ts")).deferred.publicMailbox,
  },
  {
    name: "remove-mailbox",
    synopsis: "USER",
    summary: "remove the mailbox of a user who is deleted",
    description: [
      "What the event user-cleanup USER does: the user's home folder goes with all mail, and with it what others' access control " +
        "lists say of the user. It is refused while there is such a user.",
    ],
    options: [],
    arguments: ["text"],
    count: [1, 1],
    examples: [["signal-event user-cleanup john@example.org", "the mailbox of john, who is deleted"]],
    load: async () => (await import("./deferred.ts")).deferred.removeMailbox,
  },
  {
    name: "backup",
    synopsis: "",
    summary: "write the settings for a backup, and list what it must hold",
    description: [
      "What the event pre-backup-config does: writes all databases as of one moment, secrets included, to " +
        "/var/lib/mailwright/backup, which only root may read, and prints the paths that a backup must hold. The list is kept in the " +
        "file paths there.",
      "To bring it back on this machine or a new one: install the package, put the paths back, and signal post-restore-config, which " +
        "takes the settings from there, in place of those that there are, and applies all; then post-restore-data, which puts the owners " +
        "of mail folders right and has Dovecot look through them.",
    ],
    options: [],
    arguments: [],
    count: [0, 0],
    examples: [["signal-event pre-backup-config", "before a backup is made"]],
    load: async () => (await import("./deferred.ts")).deferred.backup,
  },
  {
    name: "restore-data",
    synopsis: "",
    summary: "make restored mail folders fit for use",
    description: [
      "What the event post-restore-data does: owners of the mail folders, their indexes, the list of what is shared, and quota.",
    ],
    options: [],
    arguments: [],
    count: [0, 0],
    examples: [["signal-event post-restore-data", "after a restore"]],
    load: async () => (await import("./deferred.ts")).deferred.restoreData,
  },
];
