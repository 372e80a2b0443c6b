import { defineConfig } from "vitest/config";
import { reporters } from "./test/reporters.ts";

/** Scenarios on real daemons in a container: root, Debian's packages and some minutes are needed. */
export default defineConfig({
  test: {
    ...reporters("e2e"),
    include: ["test/e2e/**/*.e2e.ts"],
    globalSetup: ["test/e2e/setup.ts"],
    // Most of a scenario is waiting for daemons.
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    bail: 0,
  },
});
