import { createCpuBackend } from "@gradwerk/backend-cpu";
import type { BackendBuffer } from "@gradwerk/tensor/backend";
import { describe, expect, it } from "vitest";
import { type BenchmarkOptions, type BenchmarkResult, benchmarkKernels } from "../src/index.ts";

async function resultsOf(options: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const backend = createCpuBackend();
  const results: BenchmarkResult[] = [];
  for await (const result of benchmarkKernels(backend, { seconds: 0.001, ...options })) results.push(result);
  expect(backend.memory()).toEqual({ buffers: 0, bytes: 0 });
  return results;
}

describe("benchmarkKernels", () => {
  it("measures every family, and leaves no buffer behind", async () => {
    const results = await resultsOf({ only: /^(?!matmul \[(512|1024|128, 784))/ });
    const families = new Set(results.map(({ kernel }) => kernel.split(" ")[0]));
    expect([...families].sort()).toEqual([
      "argReduce",
      "binary",
      "compare",
      "copy",
      "fill",
      "gatherRows",
      "matmul",
      "reduce",
      "scatterAddRows",
      "unary",
      "where",
    ]);
    for (const { kernel, microseconds, gigabytesPerSecond, gigaflops } of results) {
      expect(microseconds, kernel).toBeGreaterThan(1);
      expect(microseconds, kernel).toBeLessThan(5e6);
      expect(gigabytesPerSecond, kernel).toBeGreaterThan(0);
      expect(gigaflops, kernel).toBeGreaterThanOrEqual(0);
    }
  });

  it("counts what a product computes and what a sum reads", async () => {
    const [sum, product] = await resultsOf({ only: /128, 128\] x|sum \[2\^20\] of all/, dtype: "float64" });
    expect(product).toMatchObject({ kernel: "matmul", size: "[128, 128] x [128, 128]" });
    // Operations over time, a thousand a microsecond: 2 m k n.
    expect(product.gigaflops * product.microseconds * 1e3).toBeCloseTo(2 * 128 ** 3, 3);
    expect(sum.gigabytesPerSecond * sum.microseconds * 1e3).toBeCloseTo(8 * 2 ** 20, 3);
    expect(sum.gigaflops * sum.microseconds * 1e3).toBeCloseTo(2 ** 20, 3);
  });

  it("frees its buffers when somebody stops early", async () => {
    const backend = createCpuBackend();
    for await (const { kernel } of benchmarkKernels(backend, { only: /fill/, seconds: 0.001 })) {
      expect(kernel).toBe("fill");
      expect(backend.memory().buffers).toBeGreaterThan(0);
      break;
    }
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0 });
  });

  it("waits for the result of what a backend only queues", async () => {
    const cpu = createCpuBackend();
    const read: BackendBuffer[] = [];
    const written: BackendBuffer[] = [];
    const backend: typeof cpu = {
      ...cpu,
      kernels: {
        ...cpu.kernels,
        fill(out, inputs, attributes) {
          written.push(out[0].buffer);
          cpu.kernels.fill(out, inputs, attributes);
        },
      },
      read(buffer, offset, length) {
        read.push(buffer);
        return cpu.read(buffer, offset, length);
      },
    };
    for await (const _ of benchmarkKernels(backend, { only: /fill/, seconds: 0.001 }));
    expect(read).toEqual(written);
  });
});
