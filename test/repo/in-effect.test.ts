import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { templateContext } from "../../src/apply/context.ts";
import { shippedCatalogue } from "../../src/catalogue/catalogue.ts";
import { inEffect } from "../../src/catalogue/in-effect.ts";
import { emptySnapshot, type Snapshot } from "../../src/db/record.ts";
import { mailTables } from "../../src/mail/tables.ts";
import { findPaths } from "../../src/paths.ts";
import { RealFiles } from "../../src/system/real-files.ts";
import { TemplateLibrary } from "../../src/template/library.ts";
import { renderTemplate } from "../../src/template/render.ts";
import { someSnapshot } from "../unit/mail/some-settings.ts";
import { fullSite } from "./full-site.ts";
import { RecordingSettings } from "./recording-settings.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** Read by events for their services alone. */
const readByEvents = ["postfix status"];

/** A site of which nothing is stored, and one on which everything is enabled. */
const sites = [emptySnapshot, someSnapshot(fullSite)];

function recorder(snapshot: Snapshot): RecordingSettings {
  const host = () => ({ systemName: "mail", domainName: "example.org" });
  return new RecordingSettings(snapshot, shippedCatalogue, host);
}

/** What is read while all tables are built and all templates rendered. */
async function readByFiles(snapshot: Snapshot): Promise<string[]> {
  const settings = recorder(snapshot);
  for (const { build } of Object.values(mailTables)) build(settings);
  const context = templateContext(settings);
  const library = new TemplateLibrary(new RealFiles(), findPaths("/nowhere", { MAILWRIGHT_SHARE: project }));
  const templates = await Promise.all(library.targets().map((target) => library.load(target)));
  const files = templates.flatMap((template) => renderTemplate(template, context));
  expect(files.length).toBeGreaterThan(20);
  return [...settings.read];
}

describe("what is said to be in effect", () => {
  it("is what templates, the mail model and events read, and nothing else", async () => {
    const read = new Set([...(await Promise.all(sites.map(readByFiles))).flat(), ...readByEvents]);
    const said = Object.entries(inEffect).flatMap(([key, names]) => names.map((name) => `${key} ${name}`));
    expect([...read].sort()).toEqual([...said].sort());
  });

  it("what events are said to read is not read by files anyway", async () => {
    const read = (await Promise.all(sites.map(readByFiles))).flat();
    expect(readByEvents.filter((property) => read.includes(property))).toEqual([]);
  });
});

describe("a table", () => {
  it.each(Object.entries(mailTables))("reads what it is said to be made of: %s", (_, { build, from }) => {
    const read = sites.flatMap((site) => {
      const settings = recorder(site);
      build(settings);
      return [...settings.read];
    });
    expect(read).toEqual(expect.arrayContaining(from.map(({ source }) => source)));
  });
});
