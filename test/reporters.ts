import { join } from "node:path";

/** How a run reports: on the terminal and, where MAILWRIGHT_TEST_REPORTS names a folder, in JSON for the summary. */
export function reporters(run: string) {
  const folder = process.env["MAILWRIGHT_TEST_REPORTS"];
  if (folder === undefined) return { reporters: ["default"] };
  return { reporters: ["default", "json"], outputFile: { json: join(folder, `${run}.json`) } };
}
