import { defineConfig } from "vitest/config";
import { reporters } from "./test/reporters.ts";

export default defineConfig({
  test: {
    ...reporters("check"),
    include: ["test/{unit,cli,repo}/**/*.test.ts"],
    testTimeout: 60_000,
    pool: "forks",
    // vitest's own reading of `import("zod")` under Bun loses the export `z`.
    deps: { interopDefault: false },
  },
});
