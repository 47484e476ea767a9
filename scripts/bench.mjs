// `pnpm bench`: the benchmark app, built first where sources changed.
import { build } from "./build.mjs";

await build("@gradwerk/bench");
await import(new URL("../apps/bench/dist/cli.js", import.meta.url).href);
