// What each preset reaches, through the command line: node scripts/presets.mjs [SEEDS] [PRESET...]. Runs every preset with so
// many seeds (default: 5, from 1 on) and prints a table in Markdown: medians, and the lowest and highest. Reads built packages.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const rows = [
  { name: "mlp", flags: ["--preset", "mlp"] },
  { name: "cnn", flags: ["--preset", "cnn"] },
  { name: "cnn --augment --epochs 20", flags: ["--preset", "cnn", "--augment", "--epochs", "20"] },
  { name: "lstm", flags: ["--preset", "lstm"] },
  { name: "attention", flags: ["--preset", "attention"] },
  { name: "autoencoder", flags: ["--preset", "autoencoder"] },
];
const program = fileURLToPath(new URL("../apps/dashboard/dist/cli.js", import.meta.url));
const [seeds = "5", ...wanted] = process.argv.slice(2);

/**
 * The last measurement of one run, and its wall clock from the start of the process on.
 *
 * @param {readonly string[]} flags
 * @param {number} seed
 */
function run(flags, seed) {
  const began = performance.now();
  const args = [
    program,
    "train",
    ...flags,
    "--backend",
    "wasm",
    "--seed",
    String(seed),
    "--json",
    "--no-keep",
  ];
  const { stdout, status, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const seconds = (performance.now() - began) / 1000;
  if (status !== 0) throw new Error(`${args.join(" ")}: ${stderr}`);
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const measured = events.findLast(({ accuracy, testLoss }) => accuracy ?? testLoss);
  const { accuracy, testLoss } = measured;
  return { value: accuracy ?? testLoss, isAccuracy: accuracy !== undefined, seconds };
}

/** @param {number} share */
const percent = (share) => `${(100 * share).toFixed(2)} %`;
/** @param {readonly number[]} values */
const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

console.log(
  `| preset | on the 10,000 test images: median of ${seeds} seeds | lowest to highest | seconds: median | longest |`,
);
console.log("| --- | --- | --- | --- | --- |");
for (const { name, flags } of rows) {
  if (wanted.length > 0 && !wanted.includes(name.split(" ")[0])) continue;
  const runs = Array.from({ length: Number(seeds) }, (_, i) => run(flags, i + 1));
  const values = runs.map(({ value }) => value);
  const told = runs[0].isAccuracy ? percent : (/** @type {number} */ loss) => `loss ${loss.toFixed(5)}`;
  const seconds = runs.map((one) => one.seconds);
  const range = `${told(Math.min(...values))} to ${told(Math.max(...values))}`;
  const times = `${middle(seconds).toFixed(2)} | ${Math.max(...seconds).toFixed(2)}`;
  console.log(`| \`${name}\` | ${told(middle(values))} | ${range} | ${times} |`);
}
