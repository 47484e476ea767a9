#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// Compiled code is kept between runs: the first frame comes sooner. It has to be on before anything else is loaded.
enableCompileCache();
const { main } = await import("./cli/main.ts");
process.exitCode = await main(process.argv.slice(2));
