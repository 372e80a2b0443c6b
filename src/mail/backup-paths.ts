import { selfSigned } from "./certificate.ts";
import { keyFolders } from "./dkim.ts";
import { mailFolder } from "./mail-folders.ts";
import type { Settings } from "./settings.ts";

/**
 * What the settings alone cannot make again: mail, what the site added, keys, the certificate that clients have come to
 * trust, whom the system's directory named last, and what was copied from elsewhere, so that nothing comes twice. What
 * Rspamd has learned lies in Redis, whose file nobody may put back under it while it runs: a copy of it is among the
 * settings.
 */
const always = [
  mailFolder,
  "/etc/mailwright",
  "/var/lib/mailwright/backup",
  selfSigned,
  "/var/lib/mailwright/system-accounts.json",
  "/var/lib/nethserver/secrets",
  ...keyFolders,
  "/var/lib/getmail",
  "/var/lib/mailwright/imapsync",
];

/**
 * What lies within and need not be held, as patterns of a shell: the copies of mailboxes elsewhere, whose files are links
 * to those in the mailboxes, or of mail that was deleted since.
 */
export const backupExcludes = [`${mailFolder}/*/imapsync`] as const;

/** What a backup must hold, as absolute paths, whether each is there or not. */
export function backupPaths(settings: Settings): string[] {
  const own = ["CrtFile", "KeyFile", "ChainFile"].flatMap(
    (name) => settings.prop("configuration", "pki", name) || [],
  );
  return [...always, ...own];
}
