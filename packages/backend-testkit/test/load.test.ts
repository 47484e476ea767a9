import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCpuBackend } from "@gradwerk/backend-cpu";
import type { CreateBackend } from "@gradwerk/tensor/backend";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { importBackend, openBackend } from "../src/load.ts";

const folder = mkdtempSync(join(tmpdir(), "gradwerk-load-"));

function moduleWith(name: string, code: string): string {
  const file = join(folder, name);
  writeFileSync(file, code);
  return file;
}

beforeAll(() => {
  const installed = join(folder, "node_modules", "backend-of-somebody");
  mkdirSync(installed, { recursive: true });
  writeFileSync(
    join(installed, "package.json"),
    JSON.stringify({ name: "backend-of-somebody", type: "module", exports: "./index.js" }),
  );
  writeFileSync(join(installed, "index.js"), 'export const createBackend = () => "installed";');
  vi.spyOn(process, "cwd").mockReturnValue(folder);
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

describe("importBackend", () => {
  it.each([
    ["createBackend", 'export const createBackend = () => "made";'],
    [
      "a function named like createCpuBackend",
      'export const createMineBackend = async () => "made"; export const version = 1;',
    ],
    [
      "createBackend before others",
      'export const createOtherBackend = () => "other"; export const createBackend = () => "made";',
    ],
  ])("takes %s from a file", async (what, code) => {
    const create = await importBackend(moduleWith(`${what}.mjs`, code));
    expect(await create()).toBe("made");
  });

  it("takes a backend that is finished already", async () => {
    const create = await importBackend(
      moduleWith("finished.mjs", 'export const backend = { name: "ready" };'),
    );
    expect(await create()).toEqual({ name: "ready" });
  });

  it("takes paths from the working directory, and names of packages below it", async () => {
    moduleWith("near.mjs", 'export const createBackend = () => "near";');
    expect(await (await importBackend("./near.mjs"))()).toBe("near");
    expect(await (await importBackend("near.mjs"))()).toBe("near");
    expect(await (await importBackend("backend-of-somebody"))()).toBe("installed");
  });

  it.each([
    ["a file that is not there", "./nowhere.js", /^\.\/nowhere\.js: there is no file .*nowhere\.js\.$/],
    [
      "a package that is not installed",
      "@nobody/backend",
      /^@nobody\/backend: no package of this name is installed here\. Install it, or give the path of a file/,
    ],
  ])("refuses %s", async (_, module, message) => {
    await expect(importBackend(module)).rejects.toMatchObject({
      name: "TestkitError",
      code: "backend-module",
      message: expect.stringMatching(message),
    });
  });

  it.each([
    [
      "throws",
      'throw new Error("no GPU here");',
      /throws\.mjs: the module cannot be loaded: Error: no GPU here/,
    ],
    ["is no JavaScript", "export const = 3;", /is no JavaScript\.mjs: the module cannot be loaded: /],
    [
      "exports nothing",
      "",
      /exports nothing\.mjs: the module exports no backend, but nothing\. It should export createBackend\(options\)/,
    ],
    [
      "exports something else",
      "export const create = () => 1; export const answer = 42;",
      /exports no backend, but (answer, create|create, answer)\./,
    ],
    [
      "exports createBackend as a number",
      "export const createBackend = 7;",
      /exports no backend, but createBackend\./,
    ],
  ])("refuses a module that %s", async (what, code, message) => {
    await expect(importBackend(moduleWith(`${what}.mjs`, code))).rejects.toMatchObject({
      code: "backend-module",
      message: expect.stringMatching(message),
    });
  });

  it("keeps what a module threw as the cause", async () => {
    const file = moduleWith("cause.mjs", 'throw new TypeError("why");');
    await expect(importBackend(file)).rejects.toMatchObject({
      cause: expect.objectContaining({ message: "why" }),
    });
  });
});

describe("openBackend", () => {
  const incomplete = (value: unknown): CreateBackend => (() => value) as unknown as CreateBackend;

  it("makes the backend with the options", async () => {
    const create = vi.fn(createCpuBackend);
    expect(await openBackend("mine", create as CreateBackend, { threads: 3 })).toMatchObject({ name: "cpu" });
    expect(create).toHaveBeenCalledWith({ threads: 3 });
  });

  it.each([
    ["undefined", undefined],
    ["a number", 3],
    ["an empty object", {}],
  ])("lists all that is missing where %s came", async (_, value) => {
    await expect(openBackend("mine", incomplete(value))).rejects.toMatchObject({
      name: "TestkitError",
      code: "backend-incomplete",
      message:
        "mine: what the module gives is no complete backend; it lacks alloc, free, write, read, memory, dispose, name, capabilities, kernels. " +
        "The whole interface is in @gradwerk/tensor/backend.",
    });
  });

  it("lists the kernels that are missing", async () => {
    const { matmul: _, unary: __, ...kernels } = createCpuBackend().kernels;
    const backend = { ...createCpuBackend(), kernels: { ...kernels, where: "later" } };
    await expect(openBackend("mine", incomplete(backend))).rejects.toThrow(
      /it lacks kernels\.unary, kernels\.where, kernels\.matmul\. /,
    );
  });

  it("asks for a list of dtypes", async () => {
    const backend = { ...createCpuBackend(), capabilities: { threads: 1, simd: "none" } };
    await expect(openBackend("mine", incomplete(backend))).rejects.toThrow(
      /^mine: capabilities\.dtypes must list the dtypes/,
    );
  });

  it("lets what creating throws through", async () => {
    const create: CreateBackend = () => Promise.reject(new Error("no GPU here"));
    await expect(openBackend("mine", create)).rejects.toThrow("no GPU here");
  });
});
