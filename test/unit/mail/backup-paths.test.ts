import { expect, it } from "vitest";
import { backupPaths } from "../../../src/mail/backup-paths.ts";
import { settings } from "./some-settings.ts";

it("a backup holds mail, what the site added, keys, and the certificate that the settings name", () => {
  const pki = { CrtFile: "/etc/ssl/own.pem", KeyFile: "/etc/ssl/private/own.key" };
  const paths = backupPaths(settings({}, {}, { "pki configuration": pki }));
  expect(paths).toEqual([
    "/var/lib/nethserver/vmail",
    "/etc/mailwright",
    "/var/lib/mailwright/backup",
    "/var/lib/mailwright/self-signed.pem",
    "/var/lib/mailwright/system-accounts.json",
    "/var/lib/nethserver/secrets",
    "/var/lib/rspamd/dkim",
    "/var/lib/mailwright/dkim",
    "/var/lib/getmail",
    "/var/lib/mailwright/imapsync",
    "/etc/ssl/own.pem",
    "/etc/ssl/private/own.key",
  ]);
  expect(backupPaths(settings({}))).toEqual(paths.slice(0, -2));
});
