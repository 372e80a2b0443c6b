import { shippedCatalogue } from "../../src/catalogue/catalogue.ts";
import type { Records } from "../unit/mail/some-settings.ts";

/** Every property of the configuration that can be enabled. */
const enabled: Records = Object.fromEntries(
  (shippedCatalogue.get("configuration") ?? []).flatMap(({ match, types, properties }) => {
    const names = Object.entries(properties).flatMap(([name, { kind }]) =>
      kind.kind === "enum" && kind.values.includes("enabled") ? [name] : [],
    );
    if (!("key" in match) || names.length === 0) return [];
    return [[`${match.key} ${types[0]}`, Object.fromEntries(names.map((name) => [name, "enabled"]))]];
  }),
);

/** A site with records of every type that the mail model knows, on which everything is enabled. */
export const fullSite: Readonly<Record<string, Records>> = {
  configuration: {
    ...enabled,
    "postfix service": {
      ...enabled["postfix service"],
      AlwaysBccAddress: "copies@example.org",
      AccessPolicies: "trustednetworks,smtpauth",
      AccessBypassList: "192.0.2.7",
      SmartHostName: "relay.example.net",
      SmartHostUsername: "smart",
      SmartHostPassword: "secret-of-host",
    },
    "dovecot service": { ...enabled["dovecot service"], RestrictedAccessGroup: "staff" },
    "rspamd service": { ...enabled["rspamd service"], QuarantineAccount: "john@example.org" },
    "root configuration": { EmailAddress: "john@example.org", SenderAddress: "server@example.org" },
    "pki configuration": {
      CrtFile: "/etc/ssl/a.crt",
      KeyFile: "/etc/ssl/a.key",
      ChainFile: "/etc/ssl/a.chain",
    },
  },
  accounts: {
    "john@example.org user": {
      PasswordHash: "{SHA512-CRYPT}$6$salt$hash",
      MailForwardStatus: "enabled",
      MailForwardAddress: "john@example.net",
      MailForwardKeepMessageCopy: "yes",
      MailQuotaType: "custom",
      MailQuotaCustom: "20",
      MailSpamRetentionStatus: "enabled",
      MailSpamRetentionTime: "30d",
    },
    "staff@example.org group": { Members: "john" },
    "info@ pseudonym": { Account: "john" },
  },
  getmail: {
    "john@example.net getmail": {
      Account: "john",
      Server: "imap.example.net",
      Port: "1993",
      Username: "john",
      Password: "secret-of-provider",
    },
  },
  domains: {
    "example.org domain": {
      AlwaysBccStatus: "enabled",
      AlwaysBccAddress: "john@example.org",
      UnknownRecipientsActionType: "deliver",
      UnknownRecipientsActionDeliverMailbox: "john",
      DisclaimerStatus: "enabled",
      DisclaimerText: "Confidential.",
    },
    "relayed.example domain": { TransportType: "Relay", RelayHost: "mail.relayed.example" },
  },
  smarthosts: {
    "john@example.org sender": { Host: "relay.example.net", Username: "john", Password: "secret-of-john" },
  },
  imapsync: {
    "john@example.org imapsync": {
      hostname: "imap.example.net",
      username: "john",
      Password: "secret-of-imap",
      status: "enabled",
    },
  },
  networks: { "192.168.5.0 network": { Mask: "24" } },
};
