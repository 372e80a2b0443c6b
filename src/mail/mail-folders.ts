/** The folder that holds a folder for each user, named as the user, in which Maildir is the mailbox. */
export const mailFolder = "/var/lib/nethserver/vmail";

/** The user that owns public mailboxes, each of them a folder: `vmail+FOLDER` is its address. */
export const publicUser = "vmail";
