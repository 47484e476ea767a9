// `pnpm start` and `pnpm gradwerk`: the command as it is published, built first where sources changed.
import { build } from "./build.mjs";

await build("gradwerk");
await import(new URL("../apps/dashboard/dist/cli.js", import.meta.url).href);
