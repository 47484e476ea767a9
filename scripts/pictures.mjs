// `pnpm pictures`: makes the pictures in docs/pictures from the real program in a pseudo-terminal, and the same as SVG in
// reports/pictures, too large to be kept. With names, only those.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";

const [down, right, left] = ["B", "C", "D"].map((letter) => `\u001B[${letter}`);
const seven = `${left.repeat(6)} ${right.repeat(12)}${`${down.repeat(2)}${left}`.repeat(8)} `;
/** At full pace to the end. */
const toTheEnd = "until:step [1-9],+++++++++,until:finished,wait:1";

/** @type {readonly { name: string, keys: string, size?: string, args?: readonly string[], ground?: string }[]} */
const pictures = [
  { name: "train", keys: "until:step 1[1-9]\\d of" },
  { name: "train-result", keys: "until:finished,wait:1" },
  { name: "train-light", keys: "until:step 1[1-9]\\d of", args: ["--theme", "light"], ground: "light" },
  { name: "palette", keys: "until:step [6-9]\\d of,:,wait:0.3,st,wait:0.5" },
  { name: "network", keys: `${toTheEnd},2,wait:1`, args: ["--preset", "mlp"] },
  { name: "network-learned", keys: "until:finished,2,wait:1,a,wait:1" },
  {
    name: "network-pixels",
    keys: `${toTheEnd},2,wait:1,${down.repeat(3)},wait:1`,
    args: ["--preset", "mlp"],
  },
  {
    name: "network-cnn",
    keys: "until:step [1-9],+++++++++,until:step [5-9]\\d\\d of, ,2,wait:1.5",
    args: ["--preset", "cnn"],
  },
  { name: "math-forward", keys: "until:step [3-9]\\d of, ,3,wait:1" },
  // The last four pages of the first step.
  {
    name: "math",
    keys: `until:paused,.,wait:1${`,${left}`.repeat(4)},wait:2`,
    args: ["--screen", "math", "--paused"],
  },
  { name: "data", keys: "until:step [1-9],4,wait:1", size: "160x50" },
  { name: "results", keys: `${toTheEnd},5,wait:2`, args: ["--preset", "mlp"] },
  { name: "try", keys: `${toTheEnd},6,wait:0.5,${seven},wait:1.5`, args: ["--preset", "mlp"] },
  { name: "compare", keys: "until:step [1-9],7,wait:0.5,\r,until:finished at step,wait:0.5" },
];
const wanted = process.argv.slice(2);

await build("gradwerk");
const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
for (const folder of ["docs/pictures", "reports/pictures"]) mkdirSync(path(folder), { recursive: true });

for (const { name, keys, size = "140x40", args = [], ground = "dark" } of pictures) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const { status } = spawnSync(
    process.execPath,
    [
      path("apps/dashboard/scripts/picture.ts"),
      ...["--size", size, "--ground", ground, "--keys", keys],
      ...["--output", path(`docs/pictures/${name}.png`)],
      ...["--output", path(`reports/pictures/${name}.svg`)],
      ...["--", process.execPath, path("apps/dashboard/dist/cli.js"), "train", "--no-keep", ...args],
    ],
    { stdio: "inherit" },
  );
  if (status !== 0) process.exit(1);
}
