import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { templateContext } from "../../src/apply/context.ts";
import { shippedCatalogue } from "../../src/catalogue/catalogue.ts";
import { inEffect } from "../../src/catalogue/in-effect.ts";
import { emptySnapshot } from "../../src/db/record.ts";
import { Settings } from "../../src/mail/settings.ts";
import { mailTables } from "../../src/mail/tables.ts";
import { findPaths } from "../../src/paths.ts";
import { RealFiles } from "../../src/system/real-files.ts";
import { TemplateLibrary } from "../../src/template/library.ts";
import { renderTemplate } from "../../src/template/render.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Read by src/mail from records, by an event for its services, or only where a condition holds, and so in no line's
 * provenance.
 */
const readBesideTemplates = [
  "postfix status",
  "dovecot status",
  "sssd Provider",
  ...["RestrictedAccessGroup", "AdminIsMaster", "LmtpInetListenerStatus", "VszLimit"].map(
    (name) => `dovecot ${name}`,
  ),
  "network Mask",
  "root EmailAddress",
  ...["EmailAddress", "SenderAddress", "KeepMessageCopy"].map((name) => `root ${name}`),
  "postmaster@ Account",
  "postmaster@ Access",
  ...["PasswordHash", "MailStatus", "MailAccess"].map((name) => `user ${name}`),
  ...["MailForwardStatus", "MailForwardAddress", "MailForwardKeepMessageCopy"].map((name) => `user ${name}`),
  ...["MailQuotaType", "MailQuotaCustom", "MailSpamRetentionStatus", "MailSpamRetentionTime"].map(
    (name) => `user ${name}`,
  ),
  "dovecot FtsLuceneStatus",
  ...["Members", "MailStatus", "MailAccess"].map((name) => `group ${name}`),
  ...["Account", "Access"].map((name) => `pseudonym ${name}`),
  ...["TransportType", "RelayHost", "RelayPort", "AlwaysBccStatus", "AlwaysBccAddress"].map(
    (name) => `domain ${name}`,
  ),
  "domain UnknownRecipientsActionType",
  "domain UnknownRecipientsActionDeliverMailbox",
  ...["DynamicGroupAlias", "HeloHost", "AlwaysBccStatus", "AlwaysBccAddress"].map(
    (name) => `postfix ${name}`,
  ),
  ...["ConnectionsLimitPerIp", "SystemUserRecipientStatus", "SenderValidation"].map(
    (name) => `postfix ${name}`,
  ),
  ...["Status", "Name", "Port", "Username", "Password", "TlsStatus"].map(
    (name) => `postfix SmartHost${name}`,
  ),
  ...["status", "Host", "Port", "Username", "Password", "TlsStatus"].map((name) => `sender ${name}`),
  "network Mask",
];

describe("what is said to be in effect", () => {
  it("is what templates and the mail model read, and nothing else", async () => {
    const library = new TemplateLibrary(
      new RealFiles(),
      findPaths("/nowhere", { MAILWRIGHT_SHARE: project }),
    );
    const settings = new Settings(emptySnapshot, shippedCatalogue, () => ({
      systemName: "mail",
      domainName: "example.org",
    }));
    const context = templateContext(settings);
    const templates = await Promise.all(library.targets().map((target) => library.load(target)));
    const lines = templates
      .flatMap((template) => renderTemplate(template, context))
      .flatMap((file) => file.lines);
    const read = new Set([
      ...lines.flatMap(({ uses }) => uses.map(({ source }) => source)),
      ...Object.values(mailTables).flatMap(({ from }) => from.map(({ source }) => source)),
      ...readBesideTemplates,
    ]);
    const said = Object.entries(inEffect).flatMap(([key, names]) => names.map((name) => `${key} ${name}`));
    expect([...read].sort()).toEqual([...said].sort());
    expect(readdirSync(join(project, "templates/etc")).length).toBeGreaterThan(0);
  });
});
