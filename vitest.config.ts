import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Tests read the packages' sources (the export condition below), so that a run needs no build and never sees a stale one.
const conditions = ["@gradwerk/source", "node", "import", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["{packages,apps}/*/test/**/*.test.{ts,tsx}", "test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 300_000,
    // Whatever a test trains is not kept among the runs of whoever runs the tests.
    env: { GRADWERK_RUNS: fileURLToPath(new URL(".cache/test-runs", import.meta.url)) },
  },
});
