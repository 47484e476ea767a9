// `pnpm bench`: the benchmark app, built first where sources changed.
import { build } from "./build.mjs";

await build("@gradwerk/bench");
await import("../apps/bench/dist/cli.js");
