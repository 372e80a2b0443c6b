import type { Check } from "./check.ts";
import { critical, type Finding } from "./finding.ts";

/** All of it is read before anything else is looked at, so that nothing is left to do where the others run. */
export const database: Check = {
  name: "database",
  about: "the database of the settings is whole; where it is not, nothing else is looked at",
  isOfMachine: false,
  look: async () => [],
};

export function damaged(path: string, [first = "", ...others]: readonly string[]): Finding {
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  const advice = `restore it from a backup, or: sqlite3 ${path} .recover`;
  return critical(`the database is damaged: ${first}${more}`, path, advice);
}
