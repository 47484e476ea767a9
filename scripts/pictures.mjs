// `pnpm pictures`: makes the pictures in docs/pictures from the real program in a pseudo-terminal.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";

await build("gradwerk");
const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
mkdirSync(path("docs/pictures"), { recursive: true });

for (const { name, size, keys } of [
  { name: "train", size: "140x40", keys: "wait:3.5" },
  { name: "train-result", size: "140x40", keys: "wait:9" },
  { name: "data", size: "160x50", keys: "wait:2,2,wait:1" },
]) {
  const { status } = spawnSync(
    process.execPath,
    [
      path("apps/dashboard/scripts/picture.ts"),
      ...["--size", size, "--keys", keys, "--output", path(`docs/pictures/${name}.png`)],
      ...["--", process.execPath, path("apps/dashboard/dist/cli.js")],
    ],
    { stdio: "inherit" },
  );
  if (status !== 0) process.exit(1);
}
