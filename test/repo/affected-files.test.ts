import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { templateContext } from "../../src/apply/context.ts";
import { parseManifest } from "../../src/apply/event.ts";
import { findPaths } from "../../src/paths.ts";
import { RealFiles } from "../../src/system/real-files.ts";
import { TemplateLibrary } from "../../src/template/library.ts";
import { renderTemplate } from "../../src/template/render.ts";
import { someSettings } from "../unit/mail/some-settings.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const library = new TemplateLibrary(new RealFiles(), findPaths("/nowhere", { MAILWRIGHT_SHARE: project }));

type Databases = Parameters<typeof someSettings>[0];

/** A site that uses all that depends on names, users and domains. */
const site = {
  configuration: {
    "DomainName example.org": {},
    "rspamd service": {
      QuarantineStatus: "enabled",
      QuarantineAccount: "john",
      SpamNotificationStatus: "enabled",
    },
    "dovecot service": { QuotaStatus: "enabled", RestrictedAccessGroup: "staff" },
    "postfix service": { DynamicGroupAlias: "enabled", SenderValidation: "enabled" },
  },
  accounts: {
    "john@example.org user": { MailAccess: "private" },
    "staff@example.org group": { Members: "john", MailAccess: "private" },
    "info@ pseudonym": { Account: "john", Access: "private" },
  },
  domains: {
    "two.org domain": { AlwaysBccStatus: "enabled", AlwaysBccAddress: "john@example.org" },
  },
  smarthosts: {
    "@two.org recipient": { Host: "smtp.two.org", Username: "a", Password: "b" },
    "@two.org. sender": { Host: "smtp.two.org", Username: "a", Password: "b" },
  },
} satisfies Databases;

/** What each template makes, as one text. */
async function made(databases: Databases): Promise<Map<string, string>> {
  const context = templateContext(someSettings(databases));
  const texts = library.targets().map(async (target) => {
    const files = renderTemplate(await library.load(target), context);
    return [target, JSON.stringify(files.map(({ path, text }) => [path, text]))] as const;
  });
  return new Map(await Promise.all(texts));
}

async function templatesOf(event: string): Promise<Set<string>> {
  const path = join(project, "events", event, "event.yaml");
  const { templates, extends: others } = await parseManifest(readFileSync(path, "utf8"), path);
  const inherited = await Promise.all(others.map(templatesOf));
  return new Set([...templates, ...inherited.flatMap((all) => [...all])]);
}

const without = (database: keyof typeof site, key: string): Databases => ({
  ...site,
  [database]: Object.fromEntries(Object.entries(site[database]).filter(([one]) => one !== key)),
});

describe("an event makes every file that its change shows in", () => {
  const { "DomainName example.org": _, ...named } = site.configuration;
  const cases: readonly (readonly [event: string, changed: Databases, shows: string])[] = [
    [
      "nethserver-mail-server-save",
      { ...site, configuration: { "DomainName new.org": {}, "SystemName box": {}, ...named } },
      "/etc/rspamd/modules.d/mailwright_quarantine.conf",
    ],
    ["domain-delete", without("domains", "two.org domain"), "/etc/postfix/relay-accounts"],
    ["user-delete", without("accounts", "john@example.org user"), "/etc/dovecot/users"],
    ["group-delete", without("accounts", "staff@example.org group"), "/etc/dovecot/acl-groups"],
    ["pseudonym-delete", without("accounts", "info@ pseudonym"), "/etc/postfix/sender-logins"],
  ];

  it.each(cases)("%s", async (event, changed, shows) => {
    const [before, after, due] = await Promise.all([made(site), made(changed), templatesOf(event)]);
    const affected = [...before]
      .filter(([target, text]) => after.get(target) !== text)
      .map(([target]) => target);
    expect(affected).toContain(shows);
    expect(affected.filter((target) => !due.has(target))).toEqual([]);
  });

  it("nethserver-mail-filter-save makes all that Rspamd reads", async () => {
    const due = await templatesOf("nethserver-mail-filter-save");
    const read = library.targets().filter((target) => target.startsWith("/etc/rspamd/"));
    expect(read.filter((target) => !due.has(target))).toEqual([]);
    expect(read.length).toBeGreaterThan(5);
  });
});
