import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const sources = join(import.meta.dirname, "..", "src");

/** Everything that an entry imports outside the package, through all the files it reaches. */
function importsOf(entry: string): string[] {
  const outside = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const imports = /^(?:import|export|\}) (?!type)(?:.* ?from )?"([^"]+)";$/gm;
    for (const [, specifier = ""] of readFileSync(path, "utf8").matchAll(imports)) {
      if (specifier.startsWith(".")) visit(join(dirname(path), specifier));
      else outside.add(specifier);
    }
  };
  visit(join(sources, entry));
  return [...outside].sort();
}

test("the main entry runs in a browser: no module of Node", () => {
  expect(importsOf("index.ts")).toEqual(["fast-png", "fflate", "papaparse"]);
});

test("the entry for folders brings Node's file system", () => {
  expect(importsOf("node.ts")).toContain("node:fs/promises");
});
