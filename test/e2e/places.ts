import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const project = fileURLToPath(new URL("../..", import.meta.url));

/** Where the container's root is kept between runs. */
export const rootCache = process.env["MAILWRIGHT_E2E_CACHE"] ?? join(project, ".cache/e2e");

export const debFolder = join(project, "dist");

/** The package that is tested. */
export function debPath(): string {
  const name = readdirSync(debFolder).find((entry) => entry.endsWith(".deb"));
  if (name === undefined) throw new Error(`no package in ${debFolder}: npm run deb`);
  return join(debFolder, name);
}
