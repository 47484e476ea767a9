// Needs the built packages and the npm registry: does what a stranger does who writes a backend.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyBlock } from "./support/guide.ts";
import { pack, run } from "./support/pack.ts";

const names = ["tensor", "nn", "mnist", "backend-testkit", "create-gradwerk-backend"];

// What a backend may lack: a case that is skipped says which of these it is.
const honest = /the backend (declares no|runs on one thread)/;

describe("a backend made by the packed create-gradwerk-backend", { timeout: 300_000 }, () => {
  const place = mkdtempSync(join(tmpdir(), "gradwerk-create-"));
  const backend = join(place, "gradwerk-backend-mine");
  const npmTest = (...args: readonly string[]) =>
    spawnSync("npm", ["test", "--", "--test-reporter=tap", ...args], { cwd: backend, encoding: "utf8" });

  beforeAll(() => {
    const tarballs = pack(
      names.map((name) => `packages/${name}`),
      place,
    );
    const [creator] = tarballs.filter((file) => file.startsWith("create-"));
    const create = ["create-gradwerk-backend", "gradwerk-backend-mine"];
    const printed = run("npm", ["exec", "--yes", `--package=./${creator}`, "--", ...create], place);
    // The package manager is the one that runs this test.
    expect(printed).toMatch(/ {2}cd gradwerk-backend-mine\n {2}\w+ install\n {2}\w+ test\n/);
    const libraries = tarballs.filter((file) => file !== creator).map((file) => `../${file}`);
    run("npm", ["install", "--no-audit", "--no-fund", ...libraries], backend);
  });
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  it("passes its own tests, and skips only what it declares to lack", () => {
    const { status, stdout } = npmTest();
    expect(stdout.match(/not ok .*/g) ?? []).toEqual([]);
    expect(status).toBe(0);
    expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(1000);
    const skips = stdout.match(/# SKIP .*/g) ?? [];
    for (const skip of skips) expect(skip).toMatch(honest);
    expect(skips.length).toBeGreaterThan(0);
  });

  it("passes one section through the command, as JSON", () => {
    const args = ["gradwerk-testkit", "./dist/index.js", "--json", "--only", "^kernels"];
    const lines = run("npx", args, backend).trim().split("\n");
    const { event, failed } = JSON.parse(lines.at(-1) ?? "");
    expect({ event, failed }).toEqual({ event: "end", failed: 0 });
    expect(lines.length).toBeGreaterThan(100);
  });

  // The guide marks each block of code with the file it belongs to; blocks for the backend itself are additions.
  it("is what the guide makes of it: faster, with a fused kernel, compiled, and queued", () => {
    const guide = readFileSync(new URL("../docs/writing-a-backend.md", import.meta.url), "utf8");
    const blocks = [...guide.matchAll(/```ts\n(\/\/ src\/\S+\n[\s\S]*?)```/g)];
    expect(blocks.length).toBeGreaterThan(4);
    for (const [, code] of blocks) applyBlock(backend, code);
    run("npm", ["run", "build"], backend);
    const only = "^(fused|captured|memory)|^(kernels|guards) matmul";
    const table = run("npx", ["gradwerk-testkit", "./dist/index.js", "--only", only], backend);
    expect(table).not.toContain("declares no compile");
    expect(table).not.toContain("declares no fused adamUpdate");
    run("npx", ["gradwerk-testkit", "./dist/queued.js", "--only", "^memory"], backend);
  });

  it("fails its tests, naming the kernel, once a kernel is wrong", () => {
    const path = join(backend, "src/kernels/binary.ts");
    const source = readFileSync(path, "utf8");
    const broken = source.replace("sub: (a, b) => a - b", "sub: (a, b) => b - a");
    expect(broken).not.toBe(source);
    writeFileSync(path, broken);
    const { status, stdout } = npmTest("--test-name-pattern=binary (add|sub) float32");
    expect(status).toBe(1);
    expect(stdout).toMatch(/not ok \d+ - binary sub float32/);
    expect(stdout).toMatch(/ {4}ok \d+ - binary add float32/);
  });
});
