import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/{unit,cli,repo}/**/*.test.ts"],
    testTimeout: 60_000,
    pool: "forks",
    // vitest's own reading of `import("zod")` under Bun loses the export `z`.
    deps: { interopDefault: false },
  },
});
