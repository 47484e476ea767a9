// Needs the built packages and the npm registry: installs what would be published into an empty project.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pack, run } from "./support/pack.ts";
import { printedForm, promisedLines } from "./support/printed.ts";

const libraries = ["tensor", "nn", "onnx", "mnist", "data", "backend-cpu", "backend-wasm", "backend-testkit"];
const folders = [...libraries.map((name) => `packages/${name}`), "apps/dashboard"];

function readPackage(folder: string) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

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
    const expected = promisedLines(code ?? "");
    expect(expected.length).toBeGreaterThan(0);
    expect(printedForm(run(process.execPath, [`${name}.ts`], project))).toBe(
      printedForm(expected.join("\n")),
    );
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

  it.each(libraries)("@gradwerk/%s has the entries of the repository, and no sources behind them", (name) => {
    const published = readPackage(join(project, "node_modules/@gradwerk", name));
    const { exports } = readPackage(`packages/${name}`);
    const built = JSON.parse(JSON.stringify(exports), (key, value) =>
      key === "@gradwerk/source" ? undefined : value,
    );
    expect(published.exports).toEqual(built);
    expect(existsSync(join(project, "node_modules/@gradwerk", name, "src"))).toBe(false);
  });

  // fflate, as its authors publish it for every engine, is as large again.
  it("what trains MNIST on either backend takes at most 1.2 MB of disk, and depends on fflate alone", () => {
    const wanted = ["tensor", "nn", "mnist", "backend-cpu", "backend-wasm"];
    let bytes = 0;
    const others = new Set<string>();
    for (const folder of wanted.map((name) => join(project, "node_modules/@gradwerk", name))) {
      for (const name of Object.keys(readPackage(folder).dependencies ?? {})) others.add(name);
      for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        const stats = statSync(join(folder, file));
        if (stats.isFile()) bytes += stats.size;
      }
    }
    expect([...others].filter((name) => !name.startsWith("@gradwerk/"))).toEqual(["fflate"]);
    expect(bytes).toBeLessThanOrEqual(1_200_000);
  });
});
