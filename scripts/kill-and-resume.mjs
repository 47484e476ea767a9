// Kills training runs with SIGKILL at random moments, resumes them, and compares the bytes of their last checkpoints with
// those of a run that never stopped. Needs the built command.
//
// node scripts/kill-and-resume.mjs [MOMENTS, default 20] [SEED, default 1] [PRESET, default all below]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PhiloxRandom } from "@gradwerk/tensor/random";

const cli = fileURLToPath(new URL("../apps/dashboard/dist/cli.js", import.meta.url));
const [moments = "20", seed = "1", only] = process.argv.slice(2);
const random = new PhiloxRandom(Number(seed));

const few = ["--train", "0:4000", "--test", "4000:5000"];
/** @type {readonly (readonly [preset: string, backend: string, options: readonly string[]])[]} */
const runs = [
  ["article", "cpu", ["--steps", "6000", "--eval-every", "2000"]],
  ["article", "wasm", ["--steps", "6000", "--eval-every", "2000"]],
  ["mlp", "cpu", [...few, "--hidden", "16", "--epochs", "6"]],
  ["mlp", "wasm", []],
  ["cnn", "wasm", [...few, "--epochs", "2"]],
  ["lstm", "wasm", [...few, "--epochs", "1"]],
  ["attention", "wasm", [...few, "--epochs", "1"]],
  ["autoencoder", "wasm", [...few, "--epochs", "2"]],
];

const folder = mkdtempSync(join(tmpdir(), "gradwerk-kill-"));
const file = join(folder, "run.safetensors");
let differing = 0;

try {
  console.log("preset       backend  killed after  saved step  went on  last bytes");
  for (const [preset, backend, options] of runs) {
    if (only !== undefined && preset !== only) continue;
    const args = ["--preset", preset, "--backend", backend, ...options];
    const began = performance.now();
    await finished(train([...args, "--save", file]));
    const took = performance.now() - began;
    const whole = readFileSync(file);
    for (let i = 0; i < Number(moments); i++) {
      rmSync(file, { force: true });
      const after = (took * random.integerBelow(1_000_000)) / 1_000_000;
      // Every other run saves more often than about once a second.
      const often = i % 2 === 0 ? [] : ["--save-every", "25"];
      const run = train([...args, "--save", file, ...often]);
      const timer = setTimeout(() => run.kill("SIGKILL"), after);
      const [code] = await once(run, "close");
      clearTimeout(timer);
      const step = existsSync(file) ? stepIn(file) : undefined;
      await finished(train(step === undefined ? [...args, "--save", file] : ["--resume", file]));
      const isEqual = whole.equals(readFileSync(file));
      if (!isEqual) differing++;
      console.log(
        [
          preset.padEnd(12),
          backend.padEnd(8),
          (code === 0 ? "(was done)" : `${(after / 1000).toFixed(3)} s`).padStart(12),
          String(step ?? "none").padStart(11),
          (step === undefined ? "anew" : "yes").padStart(8),
          isEqual ? " equal" : " DIFFERENT",
        ].join(" "),
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = differing === 0 ? 0 : 1;

/** @param {readonly string[]} args */
function train(args) {
  const all = [cli, "train", "--no-keep", "--json", ...args];
  return spawn(process.execPath, all, { stdio: ["ignore", "ignore", "inherit"] });
}

/** @param {import("node:child_process").ChildProcess} run */
async function finished(run) {
  const [code] = await once(run, "close");
  if (code !== 0) throw new Error(`the run ended with ${code}`);
}

/** @param {string} path */
function stepIn(path) {
  const bytes = readFileSync(path);
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString());
  return JSON.parse(header.__metadata__.facts).step;
}
