// Bundles the package in whose folder it is run: `node ../../scripts/bundle.mjs [FILE...]`, before `tsc` adds the
// declarations. Each source that package.json names under `exports` or `bin`, and each FILE below src, becomes one file of
// dist, and what is imported only when it is needed a file beside them. What all entries of a library use becomes `core.js`,
// what several use `shared.js`; parts of a program are cut so that each loads nothing that it does not use.
// Everything from other packages stays an import. Why: docs/decisions/020-few-files-are-built.md.
import { readFileSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { rolldown } from "rolldown";

const { exports, bin, dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
const entries = Object.values(exports).flatMap((entry) => entry["@gradwerk/source"] ?? []);
const sources = [
  ...entries,
  ...Object.values(bin ?? {}).map((file) => file.replace("/dist/", "/src/").replace(/\.js$/, ".ts")),
  ...process.argv.slice(2),
];

const groups = [
  { name: "core", minShareCount: Math.max(2, sources.length) },
  { name: "shared", minShareCount: 2 },
];

rmSync("dist", { recursive: true, force: true });
const bundle = await rolldown({
  input: Object.fromEntries(sources.map((file) => [basename(file, ".ts"), file])),
  external: [/^node:/, ...Object.keys(dependencies ?? {}).map((name) => new RegExp(`^${name}(/|$)`))],
  platform: "node",
  transform: { target: "es2023" },
});
// One flat folder: a source just below src finds files with `new URL("../...", import.meta.url)` in dist as well.
await bundle.write({
  dir: "dist",
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "[name].js",
  codeSplitting: { groups: entries.length === 0 ? [] : groups },
  minifyInternalExports: false,
  comments: { legal: true, annotation: true, jsdoc: false },
});
await bundle.close();
