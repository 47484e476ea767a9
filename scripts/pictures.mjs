// `pnpm pictures`: makes the pictures in docs/pictures from the real program in a pseudo-terminal.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";

await build("gradwerk");
const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const left = "\u001B[D";
mkdirSync(path("docs/pictures"), { recursive: true });

for (const { name, size, keys, flags = [] } of [
  { name: "train", size: "140x40", keys: "wait:3.5" },
  { name: "train-result", size: "140x40", keys: "wait:9" },
  // The last four pages of the first step.
  {
    name: "math",
    size: "140x44",
    keys: `wait:3,.,wait:1,${left},${left},${left},${left},wait:2`,
    flags: ["--screen", "math", "--paused"],
  },
  {
    name: "network",
    size: "140x44",
    keys: "wait:12",
    flags: ["--preset", "mlp", "--screen", "network"],
  },
  { name: "data", size: "160x50", keys: "wait:3", flags: ["--screen", "data"] },
]) {
  const { status } = spawnSync(
    process.execPath,
    [
      path("apps/dashboard/scripts/picture.ts"),
      ...["--size", size, "--keys", keys, "--output", path(`docs/pictures/${name}.png`)],
      ...["--", process.execPath, path("apps/dashboard/dist/cli.js"), ...flags],
    ],
    { stdio: "inherit" },
  );
  if (status !== 0) process.exit(1);
}
