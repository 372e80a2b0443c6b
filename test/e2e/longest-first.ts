/** The order of the scenario files: one that takes minutes and starts last would be waited for by itself. */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { project } from "./places.ts";

/** Those that take more than a minute and a half, the longest first. */
const longest = [
  "crash/crash-first-half",
  "crash/crash-second-half",
  "breakout/breakout",
  "breakout/properties-main-cf",
  "mailbox-access",
  "verify",
  "doctor",
  "confirm",
  "breakout/properties-other",
  "connectors-trouble",
  "filter-together",
  "logins",
  "access",
  "system-accounts",
  "people",
  "load",
].map((name) => `test/e2e/${name}.e2e.ts`);

/** Starts these, and then the others in vitest's own order. Throws where a file of the list is gone. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = longest.filter((name) => !existsSync(join(project, name)));
    if (gone.length > 0) throw new Error(`test/e2e/longest-first.ts names files that are gone: ${gone}`);
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longest.indexOf(relative(project, moduleId));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
