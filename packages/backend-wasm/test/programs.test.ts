import { createDevice } from "@gradwerk/tensor";
import type { Backend, BackendBuffer, Program, ProgramStep } from "@gradwerk/tensor/backend";
import { capture } from "@gradwerk/tensor/capture";
import { describe, expect, test } from "vitest";
import { backendWith, refusal, threaded } from "./support/backends.ts";
import { bufferOf, contentOf, viewOn } from "./support/views.ts";

const external = (buffer: BackendBuffer) => ({ kind: "external", buffer }) as const;
const input = (length: number) => ({ kind: "input", dtype: "float32", length }) as const;

function add(out: number, a: number, b: number, length: number): ProgramStep {
  const view = (buffer: number) => viewOn(buffer, [length]);
  return { kernel: "binary", out: [view(out)], inputs: [view(a), view(b)], attributes: { op: "add" } };
}

function compiled(backend: Backend, program: Program) {
  if (backend.compile === undefined) throw new Error("this backend compiles");
  return backend.compile(program);
}

const ones = (length: number) => new Float32Array(length).fill(1);

describe.each([
  ["one thread", { threads: 1 }],
  ["two threads", threaded(2)],
  ["three threads", threaded(3)],
])("a program on %s", (_, options) => {
  test("of no steps does nothing", async () => {
    const backend = await backendWith(options);
    const program = compiled(backend, { buffers: [], steps: [] });
    program.run([], 1);
    program.run([], 1000);
    program.dispose();
  });

  test("runs as often as it is told, and not at all for 0", async () => {
    const backend = await backendWith(options);
    const sum = bufferOf(backend, "float32", new Float32Array(300));
    const one = bufferOf(backend, "float32", ones(300));
    const counts = compiled(backend, { buffers: [external(sum), external(one)], steps: [add(0, 0, 1, 300)] });
    const other = compiled(backend, { buffers: [external(one)], steps: [add(0, 0, 0, 300)] });
    let expected = 0;
    for (const times of [1, 0, 1000, 0, 0, 7, 0]) {
      counts.run([], times);
      expected += times;
      // Another program at once: a thread that comes late must not run it twice.
      backend.write(one, 0, new Float32Array(300).fill(0.5));
      other.run([], 1);
    }
    expect(contentOf(backend, sum)).toEqual(new Float32Array(300).fill(expected));
  });

  test("takes arguments that alias, and others at each run", async () => {
    const backend = await backendWith(options);
    const values = bufferOf(
      backend,
      "float32",
      Float32Array.from({ length: 900 }, (_, i) => i),
    );
    const out = bufferOf(backend, "float32", new Float32Array(300));
    const sums = compiled(backend, {
      buffers: [input(300), input(300), external(out)],
      steps: [add(2, 0, 1, 300)],
    });
    for (const [a, b] of [
      [0, 0],
      [0, 1],
      [600, 0],
      [5, 300],
      [0, 0],
    ]) {
      sums.run(
        [
          { buffer: values, offset: a },
          { buffer: values, offset: b },
        ],
        1,
      );
      expect(contentOf(backend, out)).toEqual(Float32Array.from({ length: 300 }, (_, i) => a + b + 2 * i));
    }
  });

  test("keeps its places when memory grows, and works on what outside buffers hold then", async () => {
    const backend = await backendWith(options);
    const out = bufferOf(backend, "float32", new Float32Array(64));
    const constant = { kind: "constant", dtype: "float32", values: ones(64) } as const;
    const counts = compiled(backend, { buffers: [external(out), constant], steps: [add(0, 0, 1, 64)] });
    counts.run([], 1);
    for (let i = 0; i < 5; i++) {
      const large = backend.alloc("float64", 2 ** 21);
      counts.run([], 1);
      backend.free(large);
    }
    backend.write(out, 0, new Float32Array(64).fill(10));
    counts.run([], 1);
    expect(contentOf(backend, out)).toEqual(new Float32Array(64).fill(11));
  });
});

describe("a program", () => {
  test("gives its memory back when it is disposed of, and is refused afterwards", async () => {
    const backend = await backendWith({ memoryLimit: 2 ** 24 });
    const out = bufferOf(backend, "float32", new Float32Array(4));
    // Half of the memory for a temporary: a second one has no room while the first is there.
    const temporary = { kind: "temporary", dtype: "float32", length: 2 ** 21, slot: 0 } as const;
    const program: Program = {
      buffers: [external(out), temporary],
      steps: [add(1, 1, 1, 2 ** 21), add(0, 1, 1, 4)],
    };
    for (let i = 0; i < 20; i++) {
      const made = compiled(backend, program);
      made.run([], 1);
      expect(await refusal(() => compiled(backend, program))).toMatchObject({ code: "out-of-memory" });
      made.dispose();
      made.dispose();
      expect(await refusal(() => made.run([], 1))).toEqual({
        code: "disposed",
        message: "backend-wasm: this program was disposed of. Compile it again.",
      });
    }
    expect(backend.memory()).toEqual({ buffers: 1, bytes: 16 });
  });

  test("replayed with other shapes is traced again, and each trace keeps its own numbers", async () => {
    const device = createDevice(await backendWith(threaded(2)));
    const step = capture(device, (x: ReturnType<typeof device.ones>) => x.mul(2).sum());
    for (const rows of [3, 5, 3, 1, 5, 3]) {
      expect(await step(device.ones([rows, 700])).item()).toBe(rows * 1400);
    }
    expect(step.programs.map(({ replays }) => replays)).toEqual([3, 2, 1]);
  });
});

describe("a product that plain descent takes off a weight", () => {
  // The shapes that decide how the kernel packs: a deep transposed B is none that it could pack as one.
  test.each([
    [3, 600, 1000, true],
    [40, 70, 300, true],
    [40, 70, 200, true],
    [130, 50, 1000, false],
  ])("is that of the two by themselves: [%d, %d] over %d, transposed: %s", async (m, n, k, transposeB) => {
    const backend = await backendWith(threaded(2));
    const a = bufferOf(
      backend,
      "float32",
      Array.from({ length: m * k }, (_, i) => (i % 7) - 3),
    );
    const b = bufferOf(
      backend,
      "float32",
      Array.from({ length: n * k }, (_, i) => (i % 5) - 2),
    );
    const [weight, expected, product] = [0, 1, 2].map(() =>
      bufferOf(backend, "float32", new Float32Array(m * n)),
    );
    const rate = bufferOf(backend, "float32", [0.5]);
    const near = bufferOf(backend, "float32", ones(2 ** 20));
    const attributes = { transposeA: false, transposeB, accumulate: false };
    const descent = { momentum: 0, nesterov: false, weightDecay: 0 };
    const shapes = [[1, m, k], transposeB ? [1, n, k] : [1, k, n], [1, m, n], [m, n], [1]];
    const temporary = { kind: "temporary", dtype: "float32", length: m * n, slot: 0 } as const;
    const view = (buffer: number, shape: number) => viewOn(buffer, shapes[shape]);
    compiled(backend, {
      buffers: [external(a), external(b), external(weight), external(rate), temporary],
      steps: [
        { kernel: "matmul", out: [view(4, 2)], inputs: [view(0, 0), view(1, 1)], attributes },
        { kernel: "sgdUpdate", out: [view(2, 3)], inputs: [view(4, 3), view(3, 4)], attributes: descent },
      ],
    }).run([], 1);
    backend.kernels.matmul(
      [viewOn(product, shapes[2])],
      [viewOn(a, shapes[0]), viewOn(b, shapes[1])],
      attributes,
    );
    backend.fused?.sgdUpdate?.(
      [viewOn(expected, [m, n])],
      [viewOn(product, [m, n]), viewOn(rate, [1])],
      descent,
    );
    expect(contentOf(backend, weight)).toEqual(contentOf(backend, expected));
    expect(contentOf(backend, near).every((value) => value === 1)).toBe(true);
  });
});
