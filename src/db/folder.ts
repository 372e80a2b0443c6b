import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { codeOf } from "./explain.ts";

/** Makes the private folder that a file lies in. Its parents, such as /var of a new image, are everybody's. */
export function makeFolderOf(path: string): void {
  const folder = dirname(path);
  mkdirSync(dirname(folder), { recursive: true, mode: 0o755 });
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}
