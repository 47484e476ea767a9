import { createDevice, type Device } from "@gradwerk/tensor";
import type { Backend, DType } from "@gradwerk/tensor/backend";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BufferPool, sizeClass } from "../../src/core/buffer-pool.ts";
import { nestedOf, valuesOf } from "../support/layouts.ts";
import { createStrictBackend } from "../support/strict-backend.ts";

/** A backend that counts what is asked of it and hands out buffers without memory. */
function countingBackend(limit: number = Number.POSITIVE_INFINITY): {
  backend: Backend;
  lengths: number[];
  freed: number[];
  live: () => number;
} {
  const lengths: number[] = [];
  const freed: number[] = [];
  let live = 0;
  const strict = createStrictBackend();
  const backend: Backend = {
    ...strict,
    alloc(dtype: DType, length: number) {
      if (live + length > limit) throw new Error("counting: no memory is left. Free tensors.");
      live += length;
      lengths.push(length);
      return { dtype, length };
    },
    free({ length }) {
      live -= length;
      freed.push(length);
    },
    write: () => {},
    kernels: { ...strict.kernels, fill: () => {} },
  };
  return { backend, lengths, freed, live: () => live };
}

const made = (device: Device, length: number, dtype: DType = "float32"): void =>
  device.zeros([length], { dtype }).dispose();

describe("a size class", () => {
  test("is the length itself or up to a quarter more, and at least eight", () => {
    fc.assert(
      fc.property(fc.integer({ min: 9, max: 2 ** 26 }), (length) => {
        const size = sizeClass("float32", length);
        expect(size).toBeGreaterThanOrEqual(length);
        expect(size).toBeLessThan(length * 1.25);
        expect(sizeClass("float32", size)).toBe(size);
      }),
    );
    expect([0, 1, 8].map((length) => sizeClass("uint8", length))).toEqual([8, 8, 8]);
  });

  test("grows in four steps from one power of two to the next", () => {
    const sizes = new Set(Array.from({ length: 32 }, (_, i) => sizeClass("float32", 33 + i)));
    expect([...sizes]).toEqual([40, 48, 56, 64]);
    expect(sizeClass("int32", 2 ** 20 + 1)).toBe(2 ** 20 + 2 ** 18);
  });

  test("is exact for what no pool takes in: more than 256 MiB", () => {
    const limit = 2 ** 28;
    expect(sizeClass("uint8", limit + 1)).toBe(limit + 1);
    expect(sizeClass("float32", limit / 4 + 1)).toBe(limit / 4 + 1);
    expect(sizeClass("float64", limit / 8 - 1)).toBe(limit / 8);
    expect(sizeClass("uint8", 2 ** 31 - 1)).toBe(2 ** 31 - 1);
  });
});

describe("a device with a pool", () => {
  test("uses a freed buffer for the next tensor of its class and dtype", () => {
    const { backend, lengths } = countingBackend();
    const device = createDevice(backend);
    made(device, 100);
    made(device, 100);
    made(device, 112);
    expect(lengths).toEqual([112]);
    made(device, 113);
    made(device, 96);
    made(device, 100, "int32");
    expect(lengths).toEqual([112, 128, 96, 112]);
  });

  test("does not use a buffer that a tensor still looks at", () => {
    const { backend, lengths } = countingBackend();
    const device = createDevice(backend);
    const x = device.zeros([100]);
    const view = x.reshape([10, 10]);
    x.dispose();
    made(device, 100);
    expect(lengths).toHaveLength(2);
    view.dispose();
    device.zeros([100]);
    device.zeros([100]);
    expect(lengths).toHaveLength(2);
  });

  test("counts live tensors and their own elements alone; the pool is counted apart", () => {
    const device = createDevice(createStrictBackend());
    const x = device.zeros([100]);
    expect([device.memory(), device.pooledBytes]).toEqual([{ buffers: 1, bytes: 400 }, 0]);
    x.dispose();
    expect([device.memory(), device.pooledBytes]).toEqual([{ buffers: 0, bytes: 0 }, 448]);
    const y = device.zeros([99], { dtype: "float32" });
    expect([device.memory(), device.pooledBytes]).toEqual([{ buffers: 1, bytes: 396 }, 0]);
    y.dispose();
    made(device, 9, "float64");
    made(device, 9, "uint8");
    expect(device.pooledBytes).toBe(448 + 80 + 10);
  });

  test("never shows what the buffer held before: values, reads and views end where the tensor does", async () => {
    const device = createDevice(createStrictBackend());
    device.full([8], 99).dispose();
    const x = device.tensor([1, 2, 3]);
    expect(valuesOf(x)).toEqual([1, 2, 3]);
    expect(await x.data()).toEqual(Float32Array.of(1, 2, 3));
    expect(nestedOf(x.flip())).toEqual([3, 2, 1]);
    expect(nestedOf(x.sum())).toBe(6);
  });

  test("gives waiting buffers back to the backend on request", () => {
    const { backend, freed, live } = countingBackend();
    const device = createDevice(backend);
    const kept = device.zeros([16]);
    made(device, 100);
    made(device, 1000);
    expect(freed).toEqual([]);
    device.trim();
    expect(freed.sort()).toEqual([1024, 112]);
    expect([device.pooledBytes, device.memory().buffers, live()]).toEqual([0, 1, 16]);
    device.trim();
    expect(freed).toHaveLength(2);
    kept.dispose();
  });

  test("keeps 256 MiB at most: what comes on top goes back at once", () => {
    const { backend, freed } = countingBackend();
    const device = createDevice(backend);
    const quarter = 2 ** 24;
    const tensors = [0, 1, 2, 3].map(() => device.zeros([quarter]));
    for (const tensor of tensors) tensor.dispose();
    expect([device.pooledBytes, freed]).toEqual([2 ** 28, []]);
    made(device, 8);
    expect([device.pooledBytes, freed]).toEqual([2 ** 28, [8]]);
    made(device, quarter);
    expect(freed).toEqual([8]);
    made(device, 2 ** 26 + 1);
    expect(freed).toEqual([8, 2 ** 26 + 1]);
  });

  test("empties the pool and tries again when memory is exhausted", () => {
    const { backend, lengths, freed } = countingBackend(1500);
    const device = createDevice(backend);
    const kept = device.zeros([100]);
    made(device, 500);
    made(device, 640);
    expect(freed).toEqual([]);
    // 112 + 512 + 640 wait or live; 1024 more fit only without the pool.
    const large = device.zeros([1000]);
    expect([lengths, freed.sort()]).toEqual([
      [112, 512, 640, 1024],
      [512, 640],
    ]);
    expect(device.memory()).toEqual({ buffers: 2, bytes: 4400 });
    expect([kept.disposed, large.disposed]).toEqual([false, false]);
  });

  test("passes the backend's error on when even that does not help, and counts nothing", () => {
    const { backend, freed } = countingBackend(1000);
    const device = createDevice(backend);
    made(device, 100);
    expect(() => device.zeros([2000])).toThrow("counting: no memory is left. Free tensors.");
    expect(freed).toEqual([112]);
    expect(device.memory()).toEqual({ buffers: 0, bytes: 0 });
    expect(() => device.zeros([2000])).toThrow("counting: no memory is left");
    device.zeros([800]);
    expect(device.memory().buffers).toBe(1);
  });

  test("leaves nothing to the backend after dispose", async () => {
    const device = createDevice(createStrictBackend());
    made(device, 100);
    device.zeros([5]);
    await device.dispose();
    expect([device.pooledBytes, device.memory()]).toEqual([0, { buffers: 0, bytes: 0 }]);
    expect(device.backend.memory()).toEqual({ buffers: 0, bytes: 0 });
  });
});

test("a device without a pool asks for exact lengths and gives them back at once", () => {
  const { backend, lengths, freed } = countingBackend();
  const device = createDevice(backend, { pooling: false });
  made(device, 100);
  made(device, 100);
  expect([lengths, freed, device.pooledBytes]).toEqual([[100, 100], [100, 100], 0]);
  expect(() => device.trim()).not.toThrow();
});

describe("a buffer pool", () => {
  test("gives back what it took in, the last first, each once", () => {
    const pool = new BufferPool();
    const [a, b] = [0, 1].map(() => ({ dtype: "float32", length: 8 }) as const);
    expect([pool.put(a), pool.put(b), pool.bytes]).toEqual([true, true, 64]);
    expect(pool.take("float32", 8)).toBe(b);
    expect(pool.take("float32", 8)).toBe(a);
    expect([pool.take("float32", 8), pool.take("float64", 8), pool.bytes]).toEqual([undefined, undefined, 0]);
  });

  test("is empty once it was drained", () => {
    const pool = new BufferPool();
    const all = (["float32", "float64", "int32", "uint8"] as const).map((dtype) => ({ dtype, length: 8 }));
    for (const buffer of all) pool.put(buffer);
    expect(new Set(pool.drain())).toEqual(new Set(all));
    expect([pool.bytes, pool.drain(), pool.take("int32", 8)]).toEqual([0, [], undefined]);
  });
});
