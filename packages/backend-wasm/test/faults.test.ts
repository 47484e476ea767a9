import { createBackend, createWasmBackend, WasmBackendError } from "@gradwerk/backend-wasm";
import type { Backend, BackendBuffer, DType } from "@gradwerk/tensor/backend";
import { describe, expect, test, vi } from "vitest";
import { backendWith, refusal, threaded } from "./support/backends.ts";
import { bufferOf, contentOf, viewOn } from "./support/views.ts";

const external = (buffer: BackendBuffer) => ({ kind: "external", buffer }) as const;

/** Everything that may be done with a buffer, by name. */
function usesOf(backend: Backend, buffer: BackendBuffer): [string, () => unknown][] {
  const own = bufferOf(backend, "float32", [1, 2]);
  const [view, other] = [viewOn(buffer, [2]), viewOn(own, [2])];
  const numbered = viewOn(0, [2]);
  const fill = { kernel: "fill", out: [numbered], inputs: [], attributes: { value: 0 } } as const;
  const given = backend.compile?.({
    buffers: [{ kind: "input", dtype: "float32", length: 2 }],
    steps: [fill],
  });
  return [
    ["free", () => backend.free(buffer)],
    ["write", () => backend.write(buffer, 0, Float32Array.of(1))],
    ["readSync", () => backend.readSync?.(buffer, 0, 1)],
    ["read", () => backend.read(buffer, 0, 1)],
    ["a kernel that writes to it", () => backend.kernels.fill([view], [], { value: 0 })],
    ["a kernel that reads it", () => backend.kernels.copy([other], [view], {})],
    [
      "a fused kernel",
      () => backend.fused?.softmax?.([viewOn(own, [1, 2])], [viewOn(buffer, [1, 2])], { logarithm: false }),
    ],
    ["compile", () => backend.compile?.({ buffers: [external(buffer)], steps: [fill] })],
    ["a program that gets it as an argument", () => given?.run([{ buffer, offset: 0 }], 1)],
  ];
}

describe("memory that is not to be had", () => {
  const limit = { memoryLimit: 2 ** 24 };

  test.each<[DType, number]>([
    ["float32", 2 ** 22],
    ["float64", 2 ** 50],
    ["uint8", 2 ** 32],
  ])("is refused by alloc: %s x %d", async (dtype, length) => {
    const backend = await backendWith(limit);
    const { code, message } = await refusal(() => backend.alloc(dtype, length));
    expect(code).toBe("out-of-memory");
    expect(message).toMatch(/^backend-wasm: no room for \d+ MiB: [\d.]+ MiB are in use of at most 16 MiB\. /);
    expect(message).toContain("take smaller batches, or raise `memoryLimit`");
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0 });
  });

  test("is refused by a kernel that needs room of its own, and the next one works", async () => {
    const backend = await backendWith(limit);
    const x = viewOn(bufferOf(backend, "uint8", new Uint8Array(4096)), [1, 4096]);
    const order = viewOn(bufferOf(backend, "int32", new Int32Array(4096)), [1, 4096]);
    const filler = fillUp(backend);
    const sort = () => backend.fused?.argsort?.([order], [x], { descending: false });
    expect(await refusal(sort)).toMatchObject({ code: "out-of-memory" });
    backend.kernels.fill([order], [], { value: 1 });
    expect(contentOf(backend, order.buffer)[4095]).toBe(1);
    backend.free(filler.shift() as BackendBuffer);
    sort();
    expect(contentOf(backend, order.buffer)[4095]).toBe(4095);
  });

  test("is refused by compile, which keeps nothing", async () => {
    const backend = await backendWith(limit);
    const out = bufferOf(backend, "float32", [0]);
    const program = (length: number) => ({
      buffers: [external(out), { kind: "temporary", dtype: "float32", length, slot: 0 } as const],
      steps: [{ kernel: "fill", out: [viewOn(0, [1])], inputs: [], attributes: { value: 3 } } as const],
    });
    for (let i = 0; i < 50; i++) {
      expect(await refusal(() => backend.compile?.(program(2 ** 22)))).toMatchObject({
        code: "out-of-memory",
      });
    }
    backend.compile?.(program(2 ** 21)).run([], 1);
    expect(contentOf(backend, out)).toEqual(Float32Array.of(3));
  });

  test("makes an index of images that has no room superfluous, and no error", async () => {
    const backend = await backendWith({ ...limit, sparse: "always" });
    const images = bufferOf(backend, "uint8", new Uint8Array(2 ** 21).fill(2));
    const [rows, weight] = [bufferOf(backend, "int32", [5]), bufferOf(backend, "float32", [1, 2, 3, 4])];
    const [bias, y] = [bufferOf(backend, "float32", [0]), bufferOf(backend, "float32", [0])];
    const filler = fillUp(backend, 2 ** 16);
    const program = backend.compile?.({
      buffers: [images, rows, weight, bias, y].map(external),
      steps: [
        {
          kernel: "sparseLinear",
          out: [viewOn(4, [1, 1])],
          inputs: [viewOn(0, [2 ** 19, 4]), viewOn(1, [1]), viewOn(2, [4, 1]), viewOn(3, [1])],
          attributes: { scale: 1, activation: "none" },
        },
      ],
    });
    program?.run([], 1);
    expect(contentOf(backend, y)).toEqual(Float32Array.of(20));
    expect(filler.length).toBeGreaterThan(0);
  });

  test("for threads refuses the backend", async () => {
    expect(await refusal(() => createWasmBackend({ threads: 256, ...limit }))).toMatchObject({
      code: "out-of-memory",
    });
  });

  test("of an engine that sets too little aside: the limit is halved until it fits", async () => {
    const { Memory } = WebAssembly;
    const asked: number[] = [];
    vi.stubGlobal("WebAssembly", {
      ...Object.fromEntries(
        Object.getOwnPropertyNames(WebAssembly).map((name) => [name, Reflect.get(WebAssembly, name)]),
      ),
      Memory: class extends Memory {
        constructor(given: WebAssembly.MemoryDescriptor) {
          asked.push(Number(given.maximum));
          if (Number(given.maximum) > most) throw new RangeError("could not allocate memory");
          super(given);
        }
      },
    });
    let most = 10_000;
    try {
      const backend = await backendWith({ threads: 2 });
      expect(asked).toEqual([65535, 32767, 16383, 8191]);
      const { message } = await refusal(() => backend.alloc("uint8", 2 ** 30));
      expect(message).toContain("of at most 512 MiB");
      most = 10;
      expect(await refusal(() => createWasmBackend())).toMatchObject({
        code: "out-of-memory",
        message: expect.stringContaining("no room for another memory of 16 MiB"),
      });
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

/** Takes all there is but small rests. */
function fillUp(backend: Backend, least = 64): BackendBuffer[] {
  const taken: BackendBuffer[] = [];
  for (let bytes = 2 ** 23; bytes >= least; bytes /= 2) {
    try {
      for (;;) taken.push(backend.alloc("uint8", bytes));
    } catch (error) {
      if (!(error instanceof WasmBackendError)) throw error;
    }
  }
  return taken;
}

describe("a buffer", () => {
  test("that was freed is refused by everything, and so is freeing it twice", async () => {
    const backend = await backendWith();
    const buffer = backend.alloc("float32", 2);
    backend.free(buffer);
    const before = backend.memory();
    for (const [name, use] of usesOf(backend, buffer)) {
      expect(await refusal(use), name).toEqual({
        code: "freed",
        message: "backend-wasm: a buffer of 2 float32 is used after it was freed.",
      });
    }
    expect(backend.memory().buffers).toBe(before.buffers + 1);
  });

  test("of another backend is refused by everything", async () => {
    const [backend, other] = [await backendWith(), await backendWith()];
    const foreign = bufferOf(other, "float32", [1, 2]);
    for (const buffer of [foreign, { dtype: "float32", length: 2 } as const]) {
      for (const [name, use] of usesOf(backend, buffer)) {
        expect(await refusal(use), name).toEqual({
          code: "foreign-buffer",
          message:
            "backend-wasm: a buffer of 2 float32 belongs to another backend. Read it there and write it to a buffer of this one.",
        });
      }
    }
    expect(contentOf(other, foreign)).toEqual(Float32Array.of(1, 2));
    expect(other.memory()).toEqual({ buffers: 1, bytes: 8 });
  });

  test("that a program works on must live when it runs", async () => {
    const backend = await backendWith();
    const buffer = backend.alloc("float32", 2);
    const program = backend.compile?.({
      buffers: [external(buffer)],
      steps: [{ kernel: "fill", out: [viewOn(0, [2])], inputs: [], attributes: { value: 1 } }],
    });
    backend.free(buffer);
    expect(await refusal(() => program?.run([], 1))).toMatchObject({ code: "freed" });
    program?.dispose();
  });

  test.each([
    ["memory of its own", { threads: 1 }],
    ["shared memory", { threads: 2 }],
  ])("keeps what is in it when memory grows: %s", async (_, options) => {
    const backend = await backendWith(options);
    const buffer = bufferOf(backend, "int32", [1, 2, 3]);
    const early = backend.read(buffer, 0, 3);
    const copy = backend.readSync?.(buffer, 0, 3);
    for (let i = 0; i < 4; i++) bufferOf(backend, "float64", new Float64Array(2 ** 21));
    expect(await early).toEqual(Int32Array.of(1, 2, 3));
    expect(copy).toEqual(Int32Array.of(1, 2, 3));
    expect(copy?.buffer).toBeInstanceOf(ArrayBuffer);
    backend.write(buffer, 1, Int32Array.of(7));
    expect(contentOf(backend, buffer)).toEqual(Int32Array.of(1, 7, 3));
  });

  test("cannot be written from an array whose memory went elsewhere", async () => {
    const backend = await backendWith();
    const buffer = bufferOf(backend, "int32", [1, 2]);
    const values = Int32Array.of(5, 6);
    structuredClone(values.buffer, { transfer: [values.buffer] });
    expect(() => backend.write(buffer, 0, values)).toThrow(TypeError);
    expect(contentOf(backend, buffer)).toEqual(Int32Array.of(1, 2));
  });
});

describe("a backend that was disposed of", () => {
  test.each([
    ["one thread", { threads: 1 }],
    ["two threads", threaded(2)],
  ])("on %s holds nothing and refuses everything but to be disposed of again", async (_, options) => {
    const backend = await backendWith(options);
    const buffer = bufferOf(backend, "float32", [1, 2]);
    const program = backend.compile?.({
      buffers: [external(buffer)],
      steps: [{ kernel: "fill", out: [viewOn(0, [2])], inputs: [], attributes: { value: 1 } }],
    });
    const uses = usesOf(backend, buffer);
    const reading = backend.read(buffer, 0, 2);
    await backend.dispose();
    const all: [string, () => unknown][] = [
      ...uses,
      ["alloc", () => backend.alloc("float32", 1)],
      ["a program", () => program?.run([], 1)],
    ];
    for (const [name, use] of all) {
      expect(await refusal(use), name).toEqual({
        code: "disposed",
        message: "backend-wasm: it was disposed of. Make a new one with createWasmBackend().",
      });
    }
    expect(await reading).toEqual(Float32Array.of(1, 2));
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0 });
    program?.dispose();
    await backend.dispose();
  });

  test("leaves others alone", async () => {
    const [backend, other] = [await backendWith(threaded(2)), await backendWith(threaded(2))];
    const buffer = bufferOf(other, "uint8", [5]);
    await backend.dispose();
    other.kernels.fill([viewOn(buffer, [1])], [], { value: 6 });
    expect(contentOf(other, buffer)).toEqual(Uint8Array.of(6));
  });
});

describe("options", () => {
  test.each([
    [{ threads: 0 }, "threads must be a whole number from 1 to 256, got 0."],
    [{ threads: 1.5 }, "threads must be a whole number from 1 to 256, got 1.5."],
    [{ threads: 257 }, "threads must be a whole number from 1 to 256, got 257."],
    [
      { memoryLimit: 1e6 },
      "memoryLimit must be from 16 MiB (16777216) to 4 GiB less 64 KiB (4294901760) bytes, got 1000000.",
    ],
    [
      { memoryLimit: Number.NaN },
      "memoryLimit must be from 16 MiB (16777216) to 4 GiB less 64 KiB (4294901760) bytes, got NaN.",
    ],
    [{ threadsFrom: -1 }, "threadsFrom must be 0 or more nanoseconds, got -1."],
    [{ patience: 0 }, "patience must be more than 0 seconds, at most 1e6, got 0."],
    [{ simd: "avx" }, 'simd must be "relaxed" or "plain", got avx.'],
    [{ sparse: true }, 'sparse must be "measure", "always" or "never", got true.'],
    [{ module: 5 }, "`module` must be bytes or a URL."],
  ])("%j are refused in words", async (options, message) => {
    expect(await refusal(() => createWasmBackend(options as object))).toEqual({
      code: "option",
      message: `backend-wasm: ${message}`,
    });
  });

  test("say what a backend can do", async () => {
    const backend = await createBackend({ threads: 1 });
    expect([backend.name, backend.capabilities]).toEqual([
      "wasm",
      { dtypes: ["float32", "float64", "int32", "uint8"], threads: 1, simd: "relaxed-simd" },
    ]);
    await backend.dispose();
  });

  test("errors have a name and a code", () => {
    const error = new WasmBackendError("freed", "text");
    expect([error.name, error.code, error.message]).toEqual([
      "WasmBackendError",
      "freed",
      "backend-wasm: text",
    ]);
    expect(error).toBeInstanceOf(Error);
  });
});
