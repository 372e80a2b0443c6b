import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/{unit,cli,repo}/**/*.test.ts"],
    testTimeout: 60_000,
    pool: "forks",
  },
});
