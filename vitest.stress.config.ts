import { defineConfig } from "vitest/config";

/** Many processes, kills and traces on the built executable; some minutes. */
export default defineConfig({
  test: {
    include: ["test/stress/**/*.stress.ts"],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
