import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Manifest, parseManifest } from "../../src/apply/event.ts";
import { shippedCatalogue } from "../../src/catalogue/catalogue.ts";
import { parseMetadata } from "../../src/template/metadata.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(project, "events");
const names = readdirSync(folder).sort();

/** The events that administrators know: the first word of each name in the first column of events.tsv. */
const known = new Set(
  readFileSync(fileURLToPath(new URL("events.tsv", import.meta.url)), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .flatMap((row) => (row.split("\t")[0] ?? "").split(",").map((name) => name.trim().split(" ")[0] ?? "")),
);

const manifestOf = (name: string): Promise<Manifest> => {
  const path = join(folder, name, "event.yaml");
  return parseManifest(readFileSync(path, "utf8"), path);
};

/** Units that the events may speak of: those of the daemons that the package recommends, and olefy, which Debian has not. */
const units = [
  "postfix",
  "dovecot",
  "rspamd",
  "redis-server@mailwright-cache",
  "redis-server@mailwright-statistics",
  "mailwright-training.path",
  "mailwright-fetch.timer",
  "mailwright-sync.timer",
  "clamav-daemon",
  "clamav-freshclam",
  "nginx",
  "rsyslog",
  "olefy",
];

for (const name of names) {
  describe(`the event ${name}`, () => {
    it("is one that administrators know", () => {
      expect(known).toContain(name);
    });

    it("has a manifest with a description, and nothing that is not part of an event", async () => {
      const { description } = await manifestOf(name);
      expect(description).toMatch(/^\S.{5,}[^.]$/);
      for (const file of readdirSync(join(folder, name))) {
        expect(file).toMatch(/^(event\.yaml|S\d\d-[a-z0-9-]+)$/);
      }
    });

    it("names templates and events that exist, and each once", async () => {
      const manifest = await manifestOf(name);
      for (const target of manifest.templates) {
        expect(existsSync(join(project, "templates", target, "template.yaml")), target).toBe(true);
      }
      for (const other of manifest.extends) expect(names).toContain(other);
      expect(new Set(manifest.templates).size).toBe(manifest.templates.length);
      expect(manifest.extends).not.toContain(name);
    });

    it("names services that there are", async () => {
      for (const unit of Object.keys((await manifestOf(name)).services)) expect(units).toContain(unit);
    });

    it("adjusts every service that one of its files concerns", async () => {
      const all = await withExtended(name);
      const services = new Set(all.flatMap((manifest) => Object.keys(manifest.services)));
      for (const target of all.flatMap((manifest) => manifest.templates)) {
        const path = join(project, "templates", target, "template.yaml");
        const metadata = await parseMetadata(readFileSync(path, "utf8"), path);
        for (const unit of metadata.services ?? [])
          expect(services, `${target} concerns ${unit}`).toContain(unit);
      }
    });

    for (const script of readdirSync(join(folder, name)).filter((file) => file !== "event.yaml")) {
      it(`${script} is executable, names its interpreter, and can be read by it`, () => {
        const path = join(folder, name, script);
        expect(statSync(path).mode & 0o777).toBe(0o755);
        accessSync(path, constants.X_OK);
        const text = readFileSync(path, "utf8");
        expect(text).toMatch(/^#!\/bin\/sh\n# .+\n/);
        expect(text).toContain("set -eu\n");
        execFileSync("/bin/sh", ["-n", path]);
      });
    }
  });
}

it("every event that a property of the catalogue names is one that administrators know", () => {
  for (const entries of shippedCatalogue.values()) {
    for (const entry of entries) {
      const events = [...entry.events, ...(entry.value?.events ?? [])];
      for (const property of Object.values(entry.properties)) events.push(...property.events);
      for (const event of events) expect(known).toContain(event);
    }
  }
});

async function withExtended(name: string): Promise<Manifest[]> {
  const manifest = await manifestOf(name);
  const others = await Promise.all(manifest.extends.map(withExtended));
  return [manifest, ...others.flat()];
}
