// `pnpm numbers`: computes the figures of docs/backpropagation.md anew and writes them into the page.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL("backpropagation/page.ts", import.meta.url));
const { status } = spawnSync(process.execPath, ["--conditions=@gradwerk/source", page], { stdio: "inherit" });
process.exit(status ?? 1);
