import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { importsOf, type Sources, violationsOf } from "./layers.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

const sources: Sources = new Map(
  ["bin", "packaging", "src"].flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name): [string, string] => [
        `${folder}/${name}`,
        readFileSync(join(project, folder, name), "utf8"),
      ]),
  ),
);

describe("the layers of ARCHITECTURE.md", () => {
  it("hold for every source file", () => {
    expect(sources.size).toBeGreaterThan(50);
    expect(violationsOf(sources)).toEqual([]);
  });

  it("every dependency is imported by the program", () => {
    const imported = new Set([...sources].flatMap(([path, text]) => importsOf(path, text)));
    const unused = Object.keys(packageJson.dependencies).filter((name) => !imported.has(name));
    expect(unused).toEqual([]);
  });

  it("every module that the program imports is a dependency, or Node's own", () => {
    const known = [...Object.keys(packageJson.dependencies), "package.json"];
    const unknown = [...sources].flatMap(([path, text]) =>
      importsOf(path, text)
        .filter((target) => path.startsWith("src/") && !target.startsWith("node:"))
        .filter((target) => !known.includes(target) && !sources.has(target))
        .map((target) => `${path} imports ${target}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe("ARCHITECTURE.md", () => {
  const text = readFileSync(join(project, "ARCHITECTURE.md"), "utf8");

  it("names every folder of src among the layers", () => {
    const folders = new Set([...sources.keys()].flatMap((path) => /^src\/[^/]+\//.exec(path) ?? []));
    expect(folders.size).toBeGreaterThan(6);
    expect([...folders].filter((folder) => !text.includes(`| \`${folder}\` |`))).toEqual([]);
  });

  it("tells no decision twice", () => {
    const titles = [...text.matchAll(/^- \*\*(.+?)\*\*/gms)].map(([, title]) => title);
    expect(titles.length).toBeGreaterThan(100);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });
});

describe("the check finds", () => {
  const entry = 'import "../src/a.ts";';
  const found = (files: Readonly<Record<string, string>>): string[] => {
    const paths = Object.keys(files).filter((path) => path.startsWith("src/"));
    const all = { "bin/main.ts": paths.map((path) => `import "../${path}";`).join("\n"), ...files };
    return violationsOf(new Map(Object.entries(all)));
  };

  it.each<readonly [what: string, path: string, text: string, fault: RegExp]>([
    ["an import upwards", "src/db/a.ts", 'import { x } from "../commands/b.ts";', /above it/],
    ["one of a type alone", "src/db/a.ts", 'import type { x } from "../mail/b.ts";', /above it/],
    [
      "one over several lines",
      "src/db/a.ts",
      'import {\n  x,\n  type y,\n} from "../mail/b.ts";',
      /above it/,
    ],
    ["one that is loaded late", "src/db/a.ts", 'const x = await import("../mail/b.ts");', /above it/],
    ["one of a type within a type", "src/db/a.ts", 'type X = import("../mail/b.ts").X;', /above it/],
    ["an import on the same level", "src/format/a.ts", 'import { x } from "../db/b.ts";', /own level/],
    ["another, on the same level", "src/template/a.ts", 'import { x } from "../mail/b.ts";', /own level/],
    ["an import by a file of level 0", "src/paths.ts", 'import { x } from "./system/b.ts";', /above it/],
    [
      "an import from outside",
      "src/db/a.ts",
      'import { x } from "../../test/b.ts";',
      /not part of the program/,
    ],
    [
      "node:sqlite elsewhere",
      "src/commands/a.ts",
      'import { DatabaseSync } from "node:sqlite";',
      /not its to use/,
    ],
    ["chalk elsewhere", "src/cli/a.ts", 'import { x } from "chalk";', /not its to use/],
    ["node:fs elsewhere", "src/apply/a.ts", 'import { readFileSync } from "node:fs";', /not its to use/],
    [
      "node:fs/promises elsewhere",
      "src/mail/a.ts",
      'import { x } from "node:fs/promises";',
      /not its to use/,
    ],
    ["execa elsewhere", "src/apply/a.ts", 'const { execa } = await import("execa");', /not its to use/],
    [
      "child processes elsewhere",
      "src/cli/a.ts",
      'import { x } from "node:child_process";',
      /not its to use/,
    ],
    ["Bun's interface", "src/db/a.ts", 'export const x = Bun.file("x");', /Bun's own/],
    ["Bun's modules", "src/db/a.ts", 'import { x } from "bun:sqlite";', /Bun's own/],
    ["a default export", "src/db/a.ts", "export default 1;", /default export/],
    ["a barrel", "src/db/a.ts", 'export { x } from "./b.ts";', /hands on/],
    ["a barrel of everything", "src/db/a.ts", 'export * from "./b.ts";', /hands on/],
    ["a long file", "src/db/a.ts", "\n".repeat(281), /has 281 lines/],
    ["unfinished work", "src/db/a.ts", `// ${"TO"}DO: more`, /unfinished/],
    ["a folder without a level", "src/other/a.ts", "export const x = 1;", /no level/],
  ])("%s", (_, path, text, fault) => {
    expect(found({ [path]: text })).toEqual([expect.stringMatching(fault)]);
  });

  it("a file that nothing imports", () => {
    const files = { "bin/main.ts": entry, "src/a.ts": "", "src/b.ts": "" };
    expect(violationsOf(new Map(Object.entries(files)))).toEqual(["src/b.ts is imported by nothing"]);
  });

  it("nothing in what is allowed", () => {
    const text = `/* as import { x } from "../cli/b.ts" would be */
// import { y } from "../cli/b.ts";
import type { x } from "../system/b.ts";
import { y } from "../errors.ts";
import { z } from "./c.ts";
import { DatabaseSync } from "node:sqlite";
const text = "a Bundle.of things";`;
    expect(
      found({ "src/db/a.ts": text, "src/system/b.ts": "", "src/errors.ts": "", "src/db/c.ts": "" }),
    ).toEqual([]);
  });
});
