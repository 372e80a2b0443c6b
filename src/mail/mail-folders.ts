/** The folder that holds a folder for each user, named as the user, in which Maildir is the mailbox. */
export const mailFolder = "/var/lib/nethserver/vmail";
