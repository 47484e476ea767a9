import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

const sources = join(import.meta.dirname, "..", "src");

/** Everything that an entry imports outside the package, through all the files it reaches. */
function importsOf(entry: string): Set<string> {
  const outside = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const [, specifier = ""] of readFileSync(path, "utf8").matchAll(
      /^(?:import|export|\}) (?:.* ?from )?"([^"]+)";$/gm,
    )) {
      if (specifier.startsWith(".")) visit(join(dirname(path), specifier));
      else outside.add(specifier);
    }
  };
  visit(join(sources, entry));
  expect(seen.size).toBeGreaterThan(3);
  return outside;
}

describe("what an entry pulls in", () => {
  test("the main entry runs in a browser: no module of Node", () => {
    expect([...importsOf("index.ts")].sort()).toEqual(["@gradwerk/tensor/random", "fflate"]);
  });

  test("the parsing entry needs fflate alone", () => {
    expect([...importsOf("idx.ts")]).toEqual(["fflate"]);
  });

  test("the walk does see Node's modules where they are", () => {
    expect([...importsOf("node.ts")]).toContain("node:fs");
  });
});
