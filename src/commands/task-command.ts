import type { Command } from "./command.ts";

/** What the scripts of events do by this program, beyond files and services. */
export const task: Command = {
  name: "task",
  synopsis: "TASK [ARGUMENT]…",
  summary: "do what an event does beyond files",
  description: [
    "The events of mailboxes and backups call this. Signal those instead: they look after addresses and files too.",
    "public-mailbox-create NAME [ID RIGHTS]…, public-mailbox-modify OLD NEW [ID RIGHTS]… and public-mailbox-delete NAME do in " +
      "the mailboxes what sharedmailbox-create, sharedmailbox-modify and sharedmailbox-delete are about. NAME is that of a folder, with / " +
      "before a folder within it. Users see it as Public/NAME; mail to vmail+NAME at a domain of this server comes to it. The event that " +
      "makes it also gives it the address NAME@ of every domain, where nobody has that yet.",
    "ID is user=NAME, group=NAME, anyone or authenticated. RIGHTS are read, read-write, full or none, letters of RFC 4314 such as " +
      "lrs, or Dovecot's words such as 'lookup read'. Who is not named loses his rights; where nobody is named, all stay. The rights of " +
      "INBOX say who may make public mailboxes with an IMAP client.",
    "public-mailbox-may-be-modified and public-mailbox-may-be-deleted take the same arguments and touch nothing: the events ask them " +
      "before files are written, and do the work when services have taken them. A task that failed or was cut off is done again by the " +
      "same event.",
    "A new name takes folders within along, users' subscriptions and what they have read; addresses, forwards, catch-alls, copies " +
      "and root's address that lead to exactly it lead to the new one. A mailbox that is removed goes with its mail, and addresses that lead nowhere else go too.",
    "remove-mailbox USER, of user-cleanup, removes the mailbox of a user, and what others' access control lists say of the user. It is " +
      "refused while there is such a user, in the databases or, where the system's users are accounts, in the system, and where one of " +
      "its sources does not answer.",
    "remove-mirrors, of nethserver-mail-imapsync-save, removes the mirrors of synchronization jobs that are no more. What was copied " +
      "from them stays in the mailboxes.",
    "forget-connectors, of nethserver-getmail-save, removes what is known of accounts from which nobody fetches any more: what " +
      "was fetched, how the last run went, and what a user has not been told. A new one of the same name fetches all that is there.",
    "backup, of pre-backup-config, writes all databases as of one moment, secrets included, to /var/lib/mailwright/backup, which only " +
      "root may read, and prints the paths that a backup must hold. The list is kept in the file paths there; excludes has a pattern for what they hold and a backup may leave out, for tar --exclude-from and the like. To bring it back on this " +
      "machine or a new one: install the package, put the paths back, and signal post-restore-config, which takes the settings from " +
      "there, in place of those that there are, and applies all; then post-restore-data.",
    "restore-data, of post-restore-data, puts the owners of restored mail folders right, and has Dovecot look through them for " +
      "indexes, the list of what is shared, and quota.",
  ],
  options: [],
  arguments: ["text"],
  count: [1, Number.POSITIVE_INFINITY],
  examples: [
    ["signal-event sharedmailbox-create Sales group=sales read-write", "calls public-mailbox-create"],
    ["mailwright task backup", "write the settings, and list what a backup must hold"],
  ],
  isForEvents: true,
  load: async () => (await import("./deferred.ts")).deferred.task,
};
