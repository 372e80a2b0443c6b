import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/e2e/longest-first.ts";
import { reporters } from "./test/reporters.ts";

/** Scenarios on real daemons in a container: root, Debian's packages and some minutes are needed. */
export default defineConfig({
  test: {
    ...reporters("e2e"),
    include: ["test/e2e/**/*.e2e.ts"],
    globalSetup: ["test/e2e/setup.ts"],
    // Most of a scenario is waiting for daemons: one keeps a third of a processor busy.
    maxWorkers: 5,
    sequence: { sequencer: LongestFirst },
    // So long that it ends what hangs, and not what is slow beside four others.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    bail: 0,
  },
});
