import { databaseFaults } from "../../db/integrity.ts";
import type { Check } from "./check.ts";
import { critical, type Finding } from "./finding.ts";

/** Runs even where the settings cannot be read. */
export const database: Check = {
  name: "database",
  about: "the database of the settings is whole",
  isOfMachine: false,
  look: async ({ context: { paths } }) => judgeDatabase(paths.database, databaseFaults(paths.database)),
};

export function judgeDatabase(path: string, faults: readonly string[]): Finding[] {
  const [first, ...others] = faults;
  if (first === undefined) return [];
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  return [
    critical(
      `the database is damaged: ${first}${more}`,
      path,
      `restore it from a backup, or: sqlite3 ${path} .recover`,
    ),
  ];
}
