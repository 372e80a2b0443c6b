import { sharing } from "./acl-groups.ts";
import { addresses } from "./addresses.ts";
import { certificate } from "./certificate.ts";
import { quarantine } from "./quarantine.ts";
import { routes } from "./routes.ts";
import type { Settings } from "./settings.ts";

/** A table that fragments see by name, and the properties that it is made of. */
interface Table {
  build(settings: Settings): Readonly<Record<string, unknown>>;
  readonly from: readonly { readonly source: string; readonly secret: boolean }[];
}

const from = (...sources: readonly string[]): Table["from"] =>
  sources.map((source) => ({ source, secret: false }));

export const mailTables: Readonly<Record<string, Table>> = {
  certificate: { build: certificate, from: from("pki CrtFile", "pki KeyFile") },
  addresses: { build: addresses, from: [] },
  routes: { build: routes, from: [] },
  sharing: { build: sharing, from: from("dovecot SharedMailboxesStatus", "dovecot SharedSeen") },
  quarantine: {
    build: quarantine,
    from: from(
      "rspamd QuarantineStatus",
      "rspamd QuarantineAccount",
      "rspamd QuarantineSelector",
      "rspamd SpamNotificationStatus",
    ),
  },
};
