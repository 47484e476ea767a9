// `pnpm test`: everything that proves the project, through turbo's cache, and a count at the end.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";

const report = new URL("../reports/tests.json", import.meta.url);
rmSync(report, { force: true });

const turbo = createRequire(import.meta.url).resolve("turbo/bin/turbo");
const tasks = ["build", "typecheck", "lint", "unused", "publishable", "vitest"];
const { status } = spawnSync(process.execPath, [turbo, "run", ...tasks, "--concurrency=2", "--continue"], {
  stdio: "inherit",
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" },
});

const counted = count();
if (counted === undefined) {
  console.error("error: no test ran; the messages above say why.");
} else {
  const { passed, failed, skipped } = counted;
  if (skipped > 0) console.log(`${skipped} skipped; each says above what it needs`);
  console.log(`${passed} passed, ${failed} failed`);
}
process.exit(status === 0 && counted !== undefined && counted.failed === 0 ? 0 : 1);

function count() {
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, "utf8"));
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
  } catch {
    return undefined;
  }
}
