import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseManifest } from "../src/apply/event.ts";
import { commands } from "../src/commands/command-table.ts";
import { parseMetadata } from "../src/template/metadata.ts";
import { parseExpression, parseFragment } from "../src/template/parse.ts";
import { type ParsedIndex, parsedIndexName } from "../src/template/parsed-texts.ts";

/** Lays everything out below dist/ as it is installed. */
const project = fileURLToPath(new URL("..", import.meta.url));
const bin = join(project, "dist/bin");
const share = join(project, "dist/share/mailwright");

rmSync(join(project, "dist/bin"), { recursive: true, force: true });
rmSync(join(project, "dist/share"), { recursive: true, force: true });
mkdirSync(bin, { recursive: true });

compile();
for (const name of ["config", "db", "signal-event", "expand-template"]) {
  if (!commands.some((command) => command.name === name)) throw new Error(`no command ${name}`);
  symlinkSync("mailwright", join(bin, name));
}
for (const folder of ["templates", "events"])
  cpSync(join(project, folder), join(share, folder), { recursive: true });
writeFileSync(join(share, parsedIndexName), JSON.stringify(await parseAll()));

/** One executable, for processors without AVX2 too; the compiler and the runtime are pinned npm packages. */
function compile(): void {
  const architecture = process.arch === "arm64" ? "aarch64" : "x64-baseline";
  const runtime = join(project, `node_modules/@oven/bun-linux-${architecture}/bin/bun`);
  execFileSync(
    process.execPath,
    [
      "build",
      "--compile",
      "--bytecode",
      "--minify",
      "--keep-names",
      "--format=esm",
      "--no-compile-autoload-dotenv",
      "--no-compile-autoload-bunfig",
      `--compile-executable-path=${runtime}`,
      `--target=bun-linux-${process.arch === "arm64" ? "arm64" : "x64-baseline"}`,
      join(project, "bin/mailwright.ts"),
      "--outfile",
      join(bin, "mailwright"),
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
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
    .flatMap(([, { when, each, name }]) => [when, each, name])
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
