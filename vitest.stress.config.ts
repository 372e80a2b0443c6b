import { defineConfig } from "vitest/config";
import { reporters } from "./test/reporters.ts";

/** Many processes, kills and traces on the built executable; some minutes. */
export default defineConfig({
  test: {
    ...reporters("stress"),
    include: ["test/stress/**/*.stress.ts"],
    // One waits for the disk and for its children about half of the time.
    maxWorkers: 2,
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
