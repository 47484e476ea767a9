import { readFileSync } from "node:fs";
import { defaultDevice, init } from "@jax-js/jax";

await init("wasm");
defaultDevice("wasm");

const manifest = new URL("../package.json", import.meta.url);
/** Of the library. */
export const version = JSON.parse(readFileSync(manifest, "utf8")).dependencies["@jax-js/jax"];
