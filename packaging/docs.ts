import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { renderPages } from "./man/pages.ts";

/** Writes the manual pages, or with `--check` exits 1 where a committed one is not what would be written. */
const folder = fileURLToPath(new URL("../man", import.meta.url));
const pages = renderPages();

if (process.argv.includes("--check")) {
  const stale = [...pages].filter(([name, text]) => read(name) !== text).map(([name]) => name);
  const extra = readdirSync(folder).filter((name) => !pages.has(name));
  for (const name of stale) console.error(`man/${name} is stale: npm run docs`);
  for (const name of extra) console.error(`man/${name} is made by nothing: npm run docs`);
  if (stale.length + extra.length > 0) process.exitCode = 1;
} else {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(join(folder, name));
  for (const [name, text] of pages) writeFileSync(join(folder, name), text);
}

function read(name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch {
    return undefined;
  }
}
