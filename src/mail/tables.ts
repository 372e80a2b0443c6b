import { addresses } from "./addresses.ts";
import { certificate } from "./certificate.ts";
import { listeners } from "./listeners.ts";
import { networks } from "./networks.ts";
import { quarantine } from "./quarantine.ts";
import { relays } from "./relays.ts";
import { routes } from "./routes.ts";
import { senderLogins } from "./sender-logins.ts";
import type { Settings } from "./settings.ts";
import { tlsPolicy } from "./tls-policy.ts";

/** A table that fragments see by name, and the properties that it is made of. */
interface Table {
  build(settings: Settings): Readonly<Record<string, unknown>>;
  readonly from: readonly { readonly source: string; readonly secret: boolean }[];
}

const from = (...sources: readonly string[]): Table["from"] =>
  sources.map((source) => ({ source, secret: false }));

export const mailTables: Readonly<Record<string, Table>> = {
  certificate: { build: certificate, from: from("pki CrtFile", "pki KeyFile", "pki ChainFile") },
  addresses: { build: addresses, from: [] },
  senderLogins: { build: senderLogins, from: [] },
  routes: { build: routes, from: [] },
  relays: { build: relays, from: [] },
  networks: { build: networks, from: from("postfix AccessPolicies", "postfix AccessBypassList") },
  listeners: {
    build: listeners,
    from: from("postfix TCPPorts", "postfix ConnectionsLimit", "postfix AccessPolicies"),
  },
  tlsPolicy: { build: tlsPolicy, from: from("tls policy") },
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
