import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseManifest } from "../src/apply/event.ts";
import { commands } from "../src/commands/command-table.ts";
import { metadataExpressions, parseMetadata } from "../src/template/metadata.ts";
import { parseExpression, parseFragment } from "../src/template/parse.ts";
import { type ParsedIndex, parsedIndexName } from "../src/template/parsed-texts.ts";
import { compileArguments } from "./compile.ts";
import { links } from "./links.ts";

/** Lays everything out below dist/ as it is installed, whole beside the old one and then in its place. */
const project = fileURLToPath(new URL("..", import.meta.url));
const dist = join(project, "dist");
const fresh = join(dist, `.build-${process.pid}`);
const bin = join(fresh, "bin");
const share = join(fresh, "share/mailwright");

mkdirSync(bin, { recursive: true });
execFileSync(
  process.execPath,
  compileArguments(project, join(project, "bin/mailwright.ts"), join(bin, "mailwright")),
  { stdio: ["ignore", "ignore", "inherit"] },
);
bundleForNode(join(fresh, "node"));
for (const name of links) {
  if (!commands.some((command) => command.name === name)) throw new Error(`no command ${name}`);
  symlinkSync("mailwright", join(bin, name));
}
for (const folder of ["templates", "events"]) {
  cpSync(join(project, folder), join(share, folder), { recursive: true });
}
writeFileSync(join(share, parsedIndexName), JSON.stringify(await parseAll()));
for (const folder of ["bin", "node", "share"]) {
  const place = join(dist, folder);
  if (existsSync(place)) renameSync(place, join(fresh, `old-${folder}`));
  renameSync(join(fresh, folder), place);
}
rmSync(fresh, { recursive: true, force: true });

/**
 * The program for `npm install --global`, and the script that starts it: an older Node has no node:sqlite, and fails
 * on its import before the program can say so. A later one warns at each start that its SQLite is experimental.
 */
function bundleForNode(folder: string): void {
  const source = join(project, "bin/mailwright.ts");
  const output = execFileSync(process.execPath, ["build", "--target=node", "--format=esm", source], {
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 64 * 1024 ** 2,
  });
  const start = `#!/usr/bin/env node
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  console.error(\`mailwright needs Node 22.13 or later; this is Node \${process.versions.node}\`);
  console.error("  Install a later Node, or the executable, which needs none.");
  process.exit(1);
}
process.removeAllListeners("warning");
await import("./program.js");
`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "program.js"), output);
  writeFileSync(join(folder, "mailwright.js"), start, { mode: 0o755 });
}

/** Everything that an event would have to parse, by its text. */
async function parseAll(): Promise<ParsedIndex> {
  const files = filesBelow(share);
  const texts = (suffix: string): string[] => [
    ...new Set(files.filter((path) => path.endsWith(suffix)).map((path) => readFileSync(path, "utf8"))),
  ];
  const metadata = await Promise.all(
    texts("/template.yaml").map(async (text) => [text, await parseMetadata(text, "template.yaml")] as const),
  );
  const manifests = await Promise.all(
    texts("/event.yaml").map(async (text) => [text, await parseManifest(text, "event.yaml")] as const),
  );
  const expressions = metadata
    .flatMap(([, entries]) => metadataExpressions.map((name) => entries[name]))
    .filter((text) => text !== undefined);
  return {
    fragments: texts(".hbs").map((text) => [text, parseFragment(text, "fragment")]),
    expressions: [...new Set(expressions)].map((text) => [text, parseExpression(text, "expression")]),
    yaml: [...metadata, ...manifests],
  };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}
