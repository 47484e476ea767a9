import { assign, type Device, type Tensor, where } from "@gradwerk/tensor";
import type { ChainStep, DType, View } from "@gradwerk/tensor/backend";
import { describe, expect, test } from "vitest";
import { withChainsFused } from "../../../src/capture/passes/chains.ts";
import { TracedBuffer, type TracedStep } from "../../../src/capture/trace.ts";
import type { TracedProgram } from "../../../src/capture/traced-program.ts";
import { composedFused } from "../../support/composed-fused.ts";
import { mixedValues } from "../../support/layouts.ts";
import { strictDevice } from "../../support/strict-backend.ts";
import { expectSameBits, kernelsOf, tracedProgram } from "../../support/traced.ts";

const { elementwise } = composedFused();
const makeDevice = (): Device => strictDevice({ fused: { elementwise } });

const numbers = (device: Device, shape: readonly number[], seed: number): Tensor =>
  device.tensor(
    Float32Array.from(
      mixedValues(
        shape.reduce((a, b) => a * b, 1),
        seed,
      ),
    ),
    { shape },
  );

/** What became of each run: its operands and the kernels in it. */
function chainsOf(program: TracedProgram) {
  return withChainsFused(program).steps.flatMap(({ kernel, out, inputs, attributes }) => {
    if (kernel !== "elementwise") return [];
    const { steps, temporaries } = attributes as {
      steps: readonly ChainStep[];
      temporaries: readonly DType[];
    };
    const names = steps.map(({ kernel: name, op }) => `${name} ${op}`.trim());
    return [{ steps: names, inputs: inputs.length, outputs: out.length, temporaries }];
  });
}

describe("elementwise steps over one shape become one", () => {
  test("that keeps what it alone needs to itself", () => {
    const device = makeDevice();
    const [x, y] = [numbers(device, [2, 3], 1), numbers(device, [2, 3], 2)];
    const program = tracedProgram(device, () => where(x.exp().add(y).greater(x), x.cast("int32").neg(), 7));
    expect(chainsOf(program)).toEqual([
      {
        steps: ["unary exp", "binary add", "compare gt", "cast", "unary neg"],
        inputs: 2,
        outputs: 2,
        temporaries: ["float32", "float32", "int32"],
      },
    ]);
  });

  test.each([[[7]], [[2, 3]], [[1, 3]], [[3, 1]], [[]]])(
    "with the bits of the single steps, over %j",
    (shape) => {
      const kernels = expectSameBits(makeDevice, (device) => {
        const [x, row] = [numbers(device, shape, 1), numbers(device, shape.slice(-1), 2)];
        return {
          step: () => {
            const sum = x.tanh().add(row);
            return [where(sum.less(0), sum.mul(row), x), sum.cast("int32").cast("float64")];
          },
        };
      });
      expect(kernels).toEqual(["fill", "elementwise"].slice(kernels.length === 1 ? 1 : 0));
    },
  );

  test("and reads numbers in whatever order they lie", () => {
    expectSameBits(makeDevice, (device) => {
      const [x, y] = [numbers(device, [3, 2], 1), numbers(device, [4, 3], 2)];
      return {
        step: () =>
          x
            .transpose()
            .exp()
            .sub(y.slice(0, 1, 3))
            .mul(y.flip(0).slice(0, 0, 2))
            .abs(),
      };
    });
  });

  test("and knows what it wrote again when the strides of axes with one element differ", () => {
    const device = makeDevice();
    const x = numbers(device, [1, 3], 1);
    const program = tracedProgram(device, () => x.exp().reshape([3, 1]).transpose().neg());
    expect(chainsOf(program)).toEqual([
      { steps: ["unary exp", "unary neg"], inputs: 1, outputs: 1, temporaries: ["float32"] },
    ]);
  });

  test("up to 16 of them", () => {
    const device = makeDevice();
    const x = numbers(device, [4], 1);
    const repeated = (count: number) => () => Array.from({ length: count }).reduce((y: Tensor) => y.neg(), x);
    const lengths = (count: number): number[] =>
      chainsOf(tracedProgram(device, repeated(count))).map(({ steps }) => steps.length);
    expect(lengths(16)).toEqual([16]);
    expect(lengths(17)).toEqual([16]);
    expect(lengths(40)).toEqual([16, 16, 8]);
    expectSameBits(makeDevice, (given) => {
      const start = numbers(given, [4], 1);
      return { step: () => Array.from({ length: 40 }).reduce((y: Tensor) => y.mul(1.5).sin(), start) };
    });
  });

  test("on up to 24 operands", () => {
    const device = makeDevice();
    const given = Array.from({ length: 40 }, (_, i) => numbers(device, [3], i));
    const program = tracedProgram(device, () =>
      given.slice(0, 32).flatMap((x, i) => (i % 2 ? [x.add(given[i - 1])] : [])),
    );
    const counts = chainsOf(program).map(
      ({ inputs, outputs, temporaries }) => inputs + outputs + temporaries.length,
    );
    expect(counts).toEqual([24, 24]);
  });
});

describe("a run ends where", () => {
  const device = makeDevice();
  const x = numbers(device, [2, 3], 1);
  const kernels = (step: () => unknown): string[] => kernelsOf(withChainsFused(tracedProgram(device, step)));

  test("the shape is another", () => {
    expect(kernels(() => x.exp().neg().reshape([6]).abs().sqrt())).toEqual(["elementwise", "elementwise"]);
    const flat = numbers(device, [6], 1);
    expect(kernels(() => [x.exp(), flat.exp()])).toEqual(["unary", "unary"]);
  });

  test("another kernel stands between", () => {
    expect(kernels(() => x.exp().neg().sum({ axes: 1 }).log().neg())).toEqual([
      "elementwise",
      "reduce",
      "elementwise",
    ]);
  });

  test("one step is alone: it stays what it is", () => {
    expect(kernels(() => x.exp().sum())).toEqual(["unary", "reduce"]);
  });

  test("what was written is read in another order, or in part", () => {
    const square = numbers(device, [2, 2], 1);
    expect(kernels(() => square.exp().transpose().neg())).toEqual(["unary", "unary"]);
    const row = numbers(device, [1, 3], 1);
    expect(kernels(() => row.exp().flip(1).neg())).toEqual(["unary", "unary"]);
  });
});

test("what is read after the run, or returned, is written down", () => {
  const device = makeDevice();
  const x = numbers(device, [3], 1);
  const program = tracedProgram(device, () => {
    const [first, second] = [x.exp(), x.neg()];
    const last = first.add(second);
    return [first, last, second.sum()];
  });
  expect(chainsOf(program)).toEqual([
    { steps: ["unary exp", "unary neg", "binary add"], inputs: 1, outputs: 3, temporaries: [] },
  ]);
});

test("steps that change a tensor keep their place among those that read it", () => {
  expectSameBits(makeDevice, (device) => {
    const state = numbers(device, [4], 1);
    return {
      state: [state],
      step: () => {
        const before = state.exp().add(1);
        assign(state, before.mul(0.25));
        const after = state.exp().add(1);
        return [before.sub(after), after];
      },
    };
  });
});

// No op changes numbers where they lie by an elementwise kernel; programs of the passes may.
describe("steps in place", () => {
  const view = (buffer: TracedBuffer, offset = 0, strides = [1]): View => ({
    buffer,
    offset,
    shape: [3],
    strides,
  });
  const unary = (out: View, x: View, op: string): TracedStep => ({
    kernel: "unary",
    out: [out],
    inputs: [x],
    attributes: { op },
  });
  const program = (...steps: TracedStep[]): TracedProgram => ({
    steps,
    constants: new Map(),
    results: new Set(),
  });
  const [a, b] = [new TracedBuffer("float32", 8, 0), new TracedBuffer("float32", 8, 1)];

  test("read the argument first and what was written afterwards", () => {
    const [step] = withChainsFused(
      program(unary(view(b), view(a), "exp"), unary(view(a), view(a), "neg"), unary(view(b), view(a), "abs")),
    ).steps;
    const { steps } = step.attributes as { steps: readonly ChainStep[] };
    expect([step.inputs, step.out]).toEqual([[view(a)], [view(b), view(a)]]);
    expect(steps.map(({ inputs: [input], out }) => [input.kind, input.index, out.kind, out.index])).toEqual([
      ["input", 0, "output", 0],
      ["input", 0, "output", 1],
      ["output", 1, "output", 0],
    ]);
  });

  test("are no run with a step that reads the same elements at other places", () => {
    const apart = [
      program(unary(view(b), view(a, 1), "exp"), unary(view(a), view(a), "neg")),
      program(unary(view(b), view(a, 2, [-1]), "exp"), unary(view(a), view(a), "neg")),
      program(unary(view(a), view(a), "exp"), unary(view(b), view(a, 1), "neg")),
      program(unary(view(a), view(b), "exp"), unary(view(a, 1), view(b), "neg")),
    ];
    for (const steps of apart) expect(kernelsOf(withChainsFused(steps))).toEqual(["unary", "unary"]);
  });
});
