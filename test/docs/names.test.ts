import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./markdown.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");

// Ops are described where they are, each with an example that test/examples.test.ts of the package runs; the seam in its
// own file; what `nn` is made of, in nn.
const describedInSource = ["@gradwerk/tensor", "@gradwerk/tensor/backend", "@gradwerk/tensor/training"];

const entries = readdirSync(join(root, "packages")).flatMap((folder) => {
  const { name, exports = {} } = JSON.parse(read(`packages/${folder}/package.json`));
  return Object.keys(exports)
    .filter((entry) => exports[entry]["@gradwerk/source"] !== undefined)
    .map(
      (entry) =>
        [
          `${name}${entry.slice(1)}`,
          folder,
          join(root, "packages", folder, exports[entry]["@gradwerk/source"]),
        ] as const,
    );
});

describe("a package's README names all that can be imported", () => {
  it.each(entries.filter(([entry]) => !describedInSource.includes(entry)))(
    "from %s",
    async (entry, folder, source) => {
      const readme = read(`packages/${folder}/README.md`);
      const names = Object.keys(await import(source));
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(readme))).toEqual([]);
      expect(readme).toContain(entry);
    },
  );
});

describe("the front page", () => {
  it.each(
    ["packages", "apps"].flatMap((place) => readdirSync(join(root, place)).map((name) => `${place}/${name}`)),
  )("has %s in its table", (folder) => {
    expect(read("README.md")).toContain(`](${folder}/README.md)`);
  });
});
