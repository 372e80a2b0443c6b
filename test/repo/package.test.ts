import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { controlFields, controlText, maintainer } from "../../packaging/deb-control.ts";
import { links } from "../../packaging/links.ts";
import { renderPages } from "../../packaging/man/pages.ts";
import { commands } from "../../src/commands/command-table.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string): string => readFileSync(join(project, path), "utf8");
const fields = new Map(controlFields(1234));
const filesBelow = (folder: string): string[] =>
  readdirSync(join(project, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));

describe("the package", () => {
  it("has a manual page for each command", () => {
    const pages = renderPages();
    for (const name of links) expect([...pages.keys()]).toContain(`${name}.1`);
    const overview = pages.get("mailwright.1") ?? "";
    for (const { name } of commands)
      expect(overview).toContain(`\\fB${name.replaceAll("-", "\\-")}\\fR`.slice(3, -3));
  });

  it("links only names of commands", () => {
    expect(links.filter((link) => !commands.some(({ name }) => name === link))).toEqual([]);
  });

  it("has the control fields that dpkg needs, one line each but the description", () => {
    const needed = ["Package", "Version", "Architecture", "Maintainer", "Depends", "Section", "Priority"];
    for (const name of needed) expect(fields.get(name), name).toMatch(/^\S.*$/);
    expect(fields.get("Installed-Size")).toBe("1234");
    expect(fields.get("Description")).toMatch(/^\S.{10,70}\n( \S.{0,78}(\n|$))+$/);
    expect(controlText(1)).toMatch(/\n$/);
  });

  it("recommends the daemons that templates and events name", () => {
    const packages: Readonly<Record<string, string>> = {
      dovecot: "dovecot-core",
      clamav: "clamav-daemon",
      cdb: "postfix-cdb",
      cron: "cron | cron-daemon",
      getmail: "getmail6",
      nginx: "nginx-light | nginx",
    };
    const texts = filesBelow("templates")
      .filter((path) => path.endsWith("template.yaml"))
      .map(read);
    const named = texts.flatMap((text) =>
      [...text.matchAll(/^(?:check|map): (\S+)$/gm)].map(([, name = ""]) => name),
    );
    // What judges units is what runs them.
    const known = `systemd, ${fields.get("Recommends")}, ${fields.get("Suggests")}`.split(", ");
    for (const name of new Set(named)) expect(known).toContain(packages[name] ?? name);
  });

  it("has the version, and its maintainer, at the top of the changelog", () => {
    const changelog = read("packaging/debian/changelog");
    expect(changelog).toMatch(
      new RegExp(`^${packageJson.name} \\(${packageJson.version.replaceAll(".", "\\.")}\\) `),
    );
    const [, who, date = ""] = /^ -- (.*) {2}(.*)$/m.exec(changelog) ?? [];
    expect(who).toBe(maintainer);
    expect(Date.parse(date)).toBeGreaterThan(0);
  });

  it("runs nothing on installation that an event should do", () => {
    const scripts = readdirSync(join(project, "packaging/debian")).sort();
    expect(scripts.filter((name) => /^(pre|post)(inst|rm)$/.test(name))).toEqual(["postrm", "prerm"]);
    for (const name of ["postrm", "prerm"]) expect(read(`packaging/debian/${name}`)).not.toMatch(/\brm -/);
  });

  it("has a licence that says whose it is", () => {
    expect(read("LICENSE")).toMatch(/^MIT License\n\nCopyright \(c\) \d{4} mailwright developers\n/);
  });
});
