import { defineConfig } from "vitest/config";
import { reporters } from "./test/reporters.ts";

/** Many processes, kills and traces on the built executable; some minutes. */
export default defineConfig({
  test: {
    ...reporters("stress"),
    include: ["test/stress/**/*.stress.ts"],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
