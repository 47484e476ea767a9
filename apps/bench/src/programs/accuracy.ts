import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { AccuracyPayload } from "../workloads/accuracy.ts";
import type { CaseRun, Placement, Prepared } from "./protocol.ts";

// The command's sources where this runs from sources, else what was built of it.
const cli = import.meta.url.endsWith(".ts") ? "./src/cli.ts" : "./dist/cli.js";
const command = fileURLToPath(new URL(cli, import.meta.resolve("gradwerk/package.json")));

/** The command `gradwerk`, watched until it knows enough. */
export async function prepare({ target }: AccuracyPayload, placement: Placement): Promise<Prepared> {
  const { backend, threads } = placement;
  return {
    version: "workspace",
    dtype: "float32",
    async run(): Promise<CaseRun> {
      const flags = ["--preset", "mlp", "--dtype", "float32", "--json"];
      const where = ["--backend", backend, "--threads", `${threads}`];
      const started = performance.now();
      const child = spawn(process.execPath, [...process.execArgv, command, "train", ...flags, ...where], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      let said = "";
      child.stderr.on("data", (text) => {
        said = `${said}${text}`.slice(-1000);
      });
      const ended = once(child, "close");
      let best = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        const { accuracy = 0 } = JSON.parse(line) as { accuracy?: number };
        best = Math.max(best, accuracy);
        if (accuracy < target) continue;
        const value = (performance.now() - started) / 1000;
        child.kill();
        await ended;
        return { value, proof: [accuracy] };
      }
      await ended;
      throw new Error(
        `gradwerk train ended with exit code ${child.exitCode} and an accuracy of at most ${best}, below ${target}. ${said.trim()}`,
      );
    },
  };
}
