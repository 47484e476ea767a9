// Needs the built packages and the npm registry: installs what would be published into an empty project.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const libraries = ["tensor", "nn", "mnist", "backend-cpu"];
const folders = [...libraries.map((name) => `packages/${name}`), "apps/dashboard"];

describe("the packed tarballs in an empty project", { timeout: 300_000 }, () => {
  const project = mkdtempSync(join(tmpdir(), "gradwerk-packed-"));
  const run = (command: string, args: readonly string[], cwd: string = project): string =>
    execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

  beforeAll(() => {
    for (const folder of folders) {
      run("npx", ["-y", packageManager, "pack", "--pack-destination", project], join(root, folder));
    }
    writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
    const tarballs = readdirSync(project).filter((file) => file.endsWith(".tgz"));
    expect(tarballs).toHaveLength(folders.length);
    run("npm", ["install", "--no-audit", "--no-fund", ...tarballs.map((file) => `./${file}`)]);
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
    expect(normal(run(process.execPath, [`${name}.ts`]))).toBe(normal(expected.join("\n")));
  });

  it("gradwerk trains the article to 0.978 as an installed command", () => {
    const output = run(process.execPath, [
      "node_modules/gradwerk/dist/cli.js",
      "train",
      "--eval-every",
      "200",
    ]);
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
