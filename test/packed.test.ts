// Needs the built packages and the npm registry: installs what would be published into an empty project.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pack, run } from "./support/pack.ts";

const libraries = ["tensor", "nn", "mnist", "backend-cpu", "backend-testkit"];
const folders = [...libraries, "backend-wasm"].map((name) => `packages/${name}`).concat("apps/dashboard");

describe("the packed tarballs in an empty project", { timeout: 300_000 }, () => {
  const project = mkdtempSync(join(tmpdir(), "gradwerk-packed-"));

  beforeAll(() => {
    const tarballs = pack(folders, project).map((file) => `./${file}`);
    writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
    run("npm", ["install", "--no-audit", "--no-fund", ...tarballs], project);
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  // A line of a README that prints says what it prints: console.log(...); // 4
  it.each(libraries)("@gradwerk/%s does the example of its README", (name) => {
    const readme = readFileSync(join(project, "node_modules/@gradwerk", name, "README.md"), "utf8");
    const [, code] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
    writeFileSync(join(project, `${name}.ts`), code ?? "");
    const expected = [...(code ?? "").matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(
      ([, comment]) => comment,
    );
    expect(expected.length).toBeGreaterThan(0);
    const normal = (text: string) =>
      text
        .replace(/\(\d+\) /g, "")
        .replace(/\s+/g, " ")
        .replace(/ ?([[\]]) ?/g, "$1")
        .trim();
    expect(normal(run(process.execPath, [`${name}.ts`], project))).toBe(normal(expected.join("\n")));
  });

  it("gradwerk trains the article to 0.978 as an installed command", () => {
    const args = ["node_modules/gradwerk/dist/cli.js", "train", "--eval-every", "200"];
    const output = run(process.execPath, args, project);
    expect(output).toMatch(/accuracy 0\.978/);
  });

  it("every package carries its licence, and neither tests nor scripts", () => {
    for (const name of [...libraries.map((library) => `@gradwerk/${library}`), "gradwerk"]) {
      const folder = join(project, "node_modules", name);
      expect(existsSync(join(folder, "LICENSE")), name).toBe(true);
      const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
      expect(
        files.filter((file) => /(^|\/)(test|scripts)\//.test(file) && !file.includes("node_modules")),
      ).toEqual([]);
    }
  });
});
