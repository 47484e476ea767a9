// Builds what changed, through turbo's cache. Speaks only when there is something to wait for, and only on stderr:
// stdout belongs to the program that runs afterwards.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";

/**
 * @param {string} target the package to build, with everything it depends on
 * @returns {Promise<void>} resolves once it is built; ends the process where the build fails
 */
export async function build(target) {
  const turbo = createRequire(import.meta.url).resolve("turbo/bin/turbo");
  const child = spawn(
    process.execPath,
    [turbo, "run", "build", `--filter=${target}`, "--output-logs=errors-only"],
    {
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  const notice = setTimeout(
    () => process.stderr.write(`Building ${target} and what it depends on ...\n`),
    1000,
  );
  const code = await new Promise((resolve) => child.on("close", resolve));
  clearTimeout(notice);
  if (code === 0) return;
  process.stderr.write(output);
  process.stderr.write(`error: the build of ${target} failed; the messages above say where.\n`);
  process.exit(1);
}
