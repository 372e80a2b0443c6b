import { mailFolder } from "./mail-folders.ts";
import type { Settings } from "./settings.ts";

/** What the settings alone cannot make again: mail, what the site added, keys and what was learned. */
const always = [
  mailFolder,
  "/etc/mailwright",
  "/var/lib/mailwright/backup",
  "/var/lib/nethserver/secrets",
  "/var/lib/rspamd/dkim",
  "/var/lib/getmail",
];

/** What a backup must hold, as absolute paths, whether each is there or not. */
export function backupPaths(settings: Settings): string[] {
  const own = ["CrtFile", "KeyFile", "ChainFile"].flatMap(
    (name) => settings.prop("configuration", "pki", name) || [],
  );
  return [...always, ...own];
}
