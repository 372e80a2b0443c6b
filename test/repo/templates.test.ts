import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkers } from "../../src/apply/check/checkers.ts";
import { templateContext } from "../../src/apply/context.ts";
import { parseManifest } from "../../src/apply/event.ts";
import { shippedCatalogue } from "../../src/catalogue/catalogue.ts";
import { type DbRecord, emptySnapshot, type Snapshot } from "../../src/db/record.ts";
import { Settings } from "../../src/mail/settings.ts";
import { findPaths } from "../../src/paths.ts";
import { RealFiles } from "../../src/system/real-files.ts";
import { TemplateLibrary } from "../../src/template/library.ts";
import { renderTemplate } from "../../src/template/render.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const library = new TemplateLibrary(new RealFiles(), {
  ...findPaths("/nonexistent", {}),
  share: project,
});
const targets = library.targets();

/** The syntax that a file has, by where it lies. */
const syntaxes: readonly (readonly [RegExp, string])[] = [
  [/^\/etc\/postfix\/(main|master)\.cf$/, "postfix-main"],
  [/^\/etc\/postfix\/(?!(main|master)\.cf$)/, "postfix-map"],
  [/^\/etc\/dovecot\/.*\.conf(\.ext)?$/, "dovecot"],
  [/^\/etc\/dovecot\/.*users$/, "passwd"],
  [/^\/etc\/dovecot\/(quota-warning|spam-)/, "plain"],
  [/^\/etc\/dovecot\/imapsync\//, "dovecot"],
  [/^\/etc\/dovecot\/sieve-pipe\//, "plain"],
  [/^\/etc\/redis\//, "plain"],
  [/^\/etc\/cron\.daily\//, "plain"],
  [/^\/etc\/dovecot\/acl-groups$/, "plain"],
  [/^\/etc\/rspamd\/.*\.(conf|inc)$/, "ucl"],
  [/^\/etc\/rspamd\/.*\.(map|list)$/, "plain"],
  [/^\/etc\/rspamd\/.*\.lua$/, "lua"],
  [/\.sieve$/, "sieve"],
  [/^\/etc\/cron\.d\//, "cron"],
  [/^\/etc\/clamav\//, "plain"],
  [/^\/etc\/systemd\//, "systemd"],
  [/^\/etc\/nginx\//, "nginx"],
  [/^\/etc\/getmail\/run-getmail$/, "plain"],
  [/getmail/, "getmail"],
  [/^\/etc\/(rsyslog|logrotate)\.d\//, "plain"],
  [/^\/var\/lib\/nethserver\/secrets\//, "plain"],
  [/\.pem$/, "plain"],
  [/^\/etc\/olefy\.conf$/, "plain"],
];

/** Users and groups that Debian's packages, or an event of ours, make. */
const accounts = ["root", "dovecot", "postfix", "_rspamd", "vmail", "redis", "clamav", "mail", "adm"];

/** A secret for every property that has one, in records of every database. */
const secretOf = (key: string, name: string): string => `secretvalue${key}${name}`.replace(/[^a-z]/gi, "");

function recordsOf(database: string): DbRecord[] {
  return (shippedCatalogue.get(database) ?? []).map((entry) => {
    const key = "key" in entry.match ? entry.match.key : `${entry.match.type}@example.org`;
    const secrets = Object.entries(entry.properties).filter(([, property]) => property.secret === true);
    return {
      key,
      type: entry.value?.default ?? entry.types[0] ?? "",
      props: new Map(secrets.map(([name]) => [name, secretOf(key, name)])),
    };
  });
}

function settings(): Settings {
  const find = (database: string, key: string): DbRecord | undefined =>
    recordsOf(database).find((record) => record.key === key && record.type !== "");
  const snapshot: Snapshot = {
    ...emptySnapshot,
    records: (database) => recordsOf(database).filter(({ type }) => type !== ""),
    record: find,
    type: (database, key) => find(database, key)?.type,
    prop: (database, key, name) => find(database, key)?.props.get(name),
  };
  return new Settings(snapshot, shippedCatalogue, () => ({ systemName: "mail", domainName: "example.org" }));
}

const secrets = [...shippedCatalogue.keys()].flatMap((database) =>
  recordsOf(database).flatMap(({ props }) => [...props.values()]),
);

for (const target of targets) {
  describe(`the template of ${target}`, () => {
    const folder = join(project, "templates", target);

    it("has fragments and a template.yaml, and nothing else", () => {
      for (const name of readdirSync(folder)) {
        if (statSync(join(folder, name)).isDirectory()) continue;
        expect(name).toMatch(/^(template\.yaml|\d\d[a-z0-9-]+\.hbs|template-(begin|end)\.hbs)$/);
      }
    });

    it("has fragments that can be read, and that end their last line", async () => {
      const { fragments } = await library.load(target);
      expect(fragments.length).toBeGreaterThan(0);
      for (const { path } of fragments) expect(readFileSync(path, "utf8"), path).toMatch(/\n$/);
    });

    it("has the syntax of its file", async () => {
      const { metadata } = await library.load(target);
      const [, syntax] = syntaxes.find(([pattern]) => pattern.test(target)) ?? [];
      expect(metadata.syntax).toBe(syntax);
    });

    it("has a mode that lets its owner alone write, and sets no more than that", async () => {
      const { metadata } = await library.load(target);
      expect(metadata.mode & ~0o755).toBe(0);
      expect(metadata.mode & 0o600).toBe(0o600);
    });

    it("belongs to those that a package or an event makes", async () => {
      const { metadata } = await library.load(target);
      expect(accounts).toContain(metadata.owner);
      expect(accounts).toContain(metadata.group);
    });

    it("is checked by the daemon in whose folder it lies", async () => {
      const { metadata } = await library.load(target);
      const [, , daemon = ""] = target.split("/");
      if (["postfix", "dovecot", "rspamd", "nginx"].includes(daemon)) expect(metadata.check).toBe(daemon);
      const checker = checkers.find((one) => one.daemon === metadata.check);
      if (checker?.tree !== undefined) expect(target.startsWith(`${checker.tree}/`)).toBe(true);
    });

    it("makes a file from settings in which every secret is set, open to no one else where it holds one", async () => {
      const files = renderTemplate(await library.load(target), templateContext(settings()));
      for (const { path, text, metadata, secret } of files) {
        if (text === undefined) continue;
        const holds = secrets.filter((value) => text.includes(value));
        if (holds.length > 0) expect(secret, `${path} says that it holds ${holds.join()}`).toBe(true);
        if (secret) expect(metadata.mode & ~0o640, path).toBe(0);
        if (metadata.comment) expect(text).toMatch(/^(#|--) Made by mailwright/);
        expect(text).not.toContain("undefined");
        expect(text).not.toContain("[object");
      }
    });

    it("is made by an event", async () => {
      const events = readdirSync(join(project, "events"));
      const manifests = await Promise.all(
        events.map((name) => {
          const path = join(project, "events", name, "event.yaml");
          return parseManifest(readFileSync(path, "utf8"), path);
        }),
      );
      expect(
        manifests.some(({ templates }) => templates.includes(target)),
        basename(target),
      ).toBe(true);
    });
  });
}

it("there are templates, and secrets that they could hold", () => {
  expect(targets.length).toBeGreaterThan(10);
  expect(secrets.length).toBeGreaterThan(3);
});
