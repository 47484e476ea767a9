import { CpuBackendError, createBackend, createCpuBackend } from "@gradwerk/backend-cpu";
import type { Backend, DType } from "@gradwerk/tensor/backend";
import { beforeEach, describe, expect, test } from "vitest";

let backend: Backend = createCpuBackend();
beforeEach(() => {
  backend = createCpuBackend();
});

function refusal(call: () => unknown): { code: string; message: string } {
  try {
    call();
  } catch (error) {
    if (error instanceof CpuBackendError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("It was not refused.");
}

describe("memory", () => {
  test("counts live buffers and the bytes they hold", () => {
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0 });
    const sizes: [DType, number][] = [
      ["float32", 4],
      ["float64", 8],
      ["int32", 4],
      ["uint8", 1],
    ];
    let bytes = 0;
    for (const [i, [dtype, size]] of sizes.entries()) {
      const buffer = backend.alloc(dtype, 3);
      bytes += 3 * size;
      expect([buffer.dtype, buffer.length]).toEqual([dtype, 3]);
      expect(backend.memory()).toEqual({ buffers: i + 1, bytes });
    }
    const empty = backend.alloc("float32", 0);
    expect(backend.memory()).toEqual({ buffers: 5, bytes });
    backend.free(empty);
    expect(backend.memory()).toEqual({ buffers: 4, bytes });
  });

  test("that is not to be had is refused with what was asked for and what to do", () => {
    const { code, message } = refusal(() => backend.alloc("float64", 2 ** 50));
    expect(code).toBe("out-of-memory");
    expect(message).toContain("backend-cpu: no memory for 1125899906842624 elements of float64");
    expect(message).toContain("Free tensors or use smaller batches.");
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0 });
  });
});

describe("a buffer", () => {
  test("takes values from any element on and gives copies of any part", async () => {
    const buffer = backend.alloc("int32", 4);
    const given = Int32Array.of(1, 2);
    backend.write(buffer, 0, Int32Array.of(0, 0, 0, 0));
    backend.write(buffer, 1, given);
    given[0] = 99;
    const copy = await backend.read(buffer, 1, 3);
    expect(copy).toEqual(Int32Array.of(1, 2, 0));
    copy[0] = 99;
    expect(backend.readSync?.(buffer, 0, 4)).toEqual(Int32Array.of(0, 1, 2, 0));
    expect(await backend.read(buffer, 4, 0)).toEqual(new Int32Array(0));
  });

  test("is read as it was when it was asked for, whatever comes after", async () => {
    const buffer = backend.alloc("float32", 1);
    backend.write(buffer, 0, Float32Array.of(1));
    const reading = backend.read(buffer, 0, 1);
    backend.write(buffer, 0, Float32Array.of(2));
    backend.free(buffer);
    expect(await reading).toEqual(Float32Array.of(1));
  });

  test("is refused once it is freed, by free itself and by all that uses it", async () => {
    const buffer = backend.alloc("float32", 2);
    const view = { buffer, offset: 0, shape: [2], strides: [1] };
    backend.free(buffer);
    const expected = {
      code: "freed",
      message: "backend-cpu: a buffer of 2 float32 is used after it was freed.",
    };
    expect(refusal(() => backend.free(buffer))).toEqual(expected);
    expect(refusal(() => backend.write(buffer, 0, Float32Array.of(1)))).toEqual(expected);
    expect(refusal(() => backend.readSync?.(buffer, 0, 1))).toEqual(expected);
    expect(refusal(() => backend.kernels.fill([view], [], { value: 0 }))).toEqual(expected);
    await expect(backend.read(buffer, 0, 1)).rejects.toMatchObject(expected);
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0 });
  });
});

describe("a backend that was disposed of", () => {
  test("holds nothing and refuses every call", async () => {
    const buffer = backend.alloc("float32", 2);
    const view = { buffer, offset: 0, shape: [2], strides: [1] };
    await backend.dispose();
    const expected = {
      code: "disposed",
      message: "backend-cpu: it was disposed of. Make a new one with createCpuBackend().",
    };
    expect(refusal(() => backend.alloc("float32", 1))).toEqual(expected);
    expect(refusal(() => backend.free(buffer))).toEqual(expected);
    expect(refusal(() => backend.write(buffer, 0, Float32Array.of(1)))).toEqual(expected);
    expect(refusal(() => backend.readSync?.(buffer, 0, 1))).toEqual(expected);
    await expect(backend.read(buffer, 0, 1)).rejects.toMatchObject(expected);
    expect(() => backend.kernels.fill([view], [], { value: 0 })).toThrow(CpuBackendError);
  });

  test("leaves other backends alone", async () => {
    const other = createCpuBackend();
    const buffer = other.alloc("uint8", 1);
    await backend.dispose();
    other.write(buffer, 0, Uint8Array.of(5));
    expect(await other.read(buffer, 0, 1)).toEqual(Uint8Array.of(5));
  });
});

describe("the backend", () => {
  test("says what it can do: all dtypes, one thread, whatever was asked for", async () => {
    const loaded = await createBackend({ threads: 8 });
    for (const { name, capabilities } of [backend, loaded]) {
      expect(name).toBe("cpu");
      expect(capabilities).toEqual({
        dtypes: ["float32", "float64", "int32", "uint8"],
        threads: 1,
        simd: "none",
      });
    }
    expect([loaded.fused, loaded.compile]).toEqual([undefined, undefined]);
  });

  test("names its errors", () => {
    const error = new CpuBackendError("freed", "text");
    expect([error.name, error.code, error.message]).toEqual(["CpuBackendError", "freed", "text"]);
    expect(error).toBeInstanceOf(Error);
  });
});
