import { createCpuBackend } from "@gradwerk/backend-cpu";
import type { Backend, BackendBuffer, Program, ProgramView } from "@gradwerk/tensor/backend";
import { describe, expect, test } from "vitest";
import { interpreted } from "../../src/capture/interpreter.ts";

const view = (buffer: number, offset = 0, length = 2): ProgramView => ({
  buffer,
  offset,
  shape: [length],
  strides: [1],
});

function written(backend: Backend, values: readonly number[]): BackendBuffer {
  const buffer = backend.alloc("float32", values.length);
  backend.write(buffer, 0, Float32Array.from(values));
  return buffer;
}

const valuesOf = (backend: Backend, buffer: BackendBuffer): number[] =>
  Array.from(backend.readSync?.(buffer, 0, buffer.length) ?? []);

// total += (input + [10, 20]) * factor
function accumulating(total: BackendBuffer, factor: BackendBuffer): Program {
  return {
    buffers: [
      { kind: "external", buffer: total },
      { kind: "input", dtype: "float32", length: 2 },
      { kind: "constant", dtype: "float32", values: Float32Array.of(10, 20) },
      { kind: "temporary", dtype: "float32", length: 2, slot: 0 },
      { kind: "temporary", dtype: "float32", length: 5, slot: 1 },
      { kind: "external", buffer: factor },
      { kind: "temporary", dtype: "float32", length: 3, slot: 0 },
    ],
    steps: [
      { kernel: "binary", out: [view(3)], inputs: [view(1), view(2)], attributes: { op: "add" } },
      { kernel: "binary", out: [view(4)], inputs: [view(3), view(5)], attributes: { op: "mul" } },
      { kernel: "copy", out: [view(6, 1)], inputs: [view(4)], attributes: {} },
      { kernel: "binary", out: [view(0)], inputs: [view(0), view(6, 1)], attributes: { op: "add" } },
    ],
  };
}

describe("a program without compile", () => {
  test("runs its steps in order, on the arguments of each run and what external buffers hold by then", () => {
    const backend = createCpuBackend();
    const [total, factor] = [written(backend, [0, 0]), written(backend, [1, 2])];
    const program = interpreted(accumulating(total, factor), backend);
    const first = written(backend, [1, 1]);
    program.run([{ buffer: first, offset: 0 }], 1);
    expect(valuesOf(backend, total)).toEqual([11, 42]);
    backend.write(factor, 0, Float32Array.of(100, 100));
    program.run([{ buffer: written(backend, [9, 9, 9, 2, 3]), offset: 3 }], 1);
    expect(valuesOf(backend, total)).toEqual([1211, 2342]);
  });

  test("runs them as often as it is asked", () => {
    const backend = createCpuBackend();
    const total = written(backend, [0, 0]);
    const program = interpreted(accumulating(total, written(backend, [1, 1])), backend);
    program.run([{ buffer: written(backend, [0, 0]), offset: 0 }], 3);
    expect(valuesOf(backend, total)).toEqual([30, 60]);
  });

  test("takes one buffer per constant and slot when it is made, none while it runs, and gives all back", () => {
    const backend = createCpuBackend();
    const [total, factor] = [written(backend, [0, 0]), written(backend, [1, 1])];
    const input = { buffer: written(backend, [0, 0]), offset: 0 };
    const before = backend.memory();
    const program = interpreted(accumulating(total, factor), backend);
    const held = { buffers: before.buffers + 3, bytes: before.bytes + 4 * (2 + 3 + 5) };
    expect(backend.memory()).toEqual(held);
    program.run([input], 5);
    expect(backend.memory()).toEqual(held);
    program.dispose();
    program.dispose();
    expect(backend.memory()).toEqual(before);
    expect(valuesOf(backend, total)).toEqual([50, 100]);
  });

  test("leaves nothing behind when memory is refused", () => {
    const backend = createCpuBackend();
    const [total, factor] = [written(backend, [0, 0]), written(backend, [1, 1])];
    const before = backend.memory();
    const full: Backend = {
      ...backend,
      alloc(dtype, length) {
        if (length === 5) throw new Error("memory is full");
        return backend.alloc(dtype, length);
      },
    };
    expect(() => interpreted(accumulating(total, factor), full)).toThrow("memory is full");
    expect(backend.memory()).toEqual(before);
  });

  test("calls fused kernels that the backend brings", () => {
    const backend = createCpuBackend();
    const seen: unknown[] = [];
    const brings: Backend = {
      ...backend,
      fused: { softmax: (out, inputs, attributes) => seen.push(out[0].shape, inputs[0].shape, attributes) },
    };
    const [x, y] = [written(backend, [1, 2]), written(backend, [0, 0])];
    const program = interpreted(
      {
        buffers: [
          { kind: "external", buffer: x },
          { kind: "external", buffer: y },
        ],
        steps: [
          {
            kernel: "softmax",
            out: [{ ...view(1), shape: [1, 2], strides: [2, 1] }],
            inputs: [{ ...view(0), shape: [1, 2], strides: [2, 1] }],
            attributes: { logarithm: true },
          },
        ],
      },
      brings,
    );
    program.run([], 1);
    expect(seen).toEqual([[1, 2], [1, 2], { logarithm: true }]);
  });
});
