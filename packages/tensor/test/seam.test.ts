import * as seam from "@gradwerk/tensor/backend";
import { describe, expect, test, vi } from "vitest";

describe("the seam's module", () => {
  test("holds types and constants only", () => {
    expect(Object.keys(seam).sort()).toEqual([
      "binaryKernelOps",
      "compareKernelOps",
      "maximumRank",
      "reduceKernelOps",
      "unaryKernelOps",
    ]);
    expect(seam.maximumRank).toBe(8);
    const { maximumRank: _, ...lists } = { ...seam };
    for (const list of Object.values(lists)) expect(list.every((op) => typeof op === "string")).toBe(true);
  });
});

describe("importing", () => {
  test.each([
    "@gradwerk/tensor",
    "@gradwerk/tensor/backend",
    "@gradwerk/tensor/random",
    "@gradwerk/backend-cpu",
  ])("%s adds no global and changes no prototype", async (name) => {
    const prototypes = [Object, Array, Number, Promise, Float32Array, Symbol].map(
      ({ prototype }) => prototype,
    );
    const seen = (): (string | symbol)[][] =>
      [globalThis, ...prototypes].map((owner) => Reflect.ownKeys(owner));
    vi.resetModules();
    const before = seen();
    const loaded: object = await import(name);
    expect(seen()).toEqual(before);
    expect(Object.keys(loaded).length).toBeGreaterThan(0);
  });
});
