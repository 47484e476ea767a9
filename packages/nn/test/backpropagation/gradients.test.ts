import { createCpuBackend } from "@gradwerk/backend-cpu";
import { gradients, notDifferentiable, Tape } from "@gradwerk/nn";
import * as ops from "@gradwerk/tensor";
import { createDevice, NumpyRandom, type OpName, type Tensor } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";

const device = createDevice(createCpuBackend());

interface Case {
  /** Shapes of the float inputs that get gradients. */
  readonly shapes: readonly (readonly number[])[];
  readonly compute: (...inputs: Tensor[]) => Tensor;
  /** Where the inputs lie; default -2 to 2. */
  readonly range?: readonly [number, number];
}

const rows = device.tensor([2, 0, 2], { dtype: "int32" });
const mask = device.tensor([1, 0, 1, 0], { dtype: "uint8" });
const positive = [0.3, 2] as const;

/** One function per differentiable op that exercises its rule; the compiler asks for every op. */
const cases: { readonly [Op in OpName]: Case | typeof notDifferentiable } = {
  linear: { shapes: [[3, 4], [4, 2], [2]], compute: (x, w, b) => ops.linear(x, w, b) },
  matmul: {
    shapes: [
      [2, 3, 4],
      [4, 2],
    ],
    compute: (a, b) => a.matmul(b),
  },
  sigmoid: { shapes: [[5]], compute: (x) => x.sigmoid() },
  relu: { shapes: [[7]], compute: (x) => x.relu() },
  tanh: { shapes: [[5]], compute: (x) => x.tanh() },
  add: { shapes: [[3, 4], [4]], compute: (a, b) => a.add(b) },
  sub: { shapes: [[3, 1], [4]], compute: (a, b) => a.sub(b) },
  mul: {
    shapes: [
      [3, 4],
      [3, 1],
    ],
    compute: (a, b) => a.mul(b),
  },
  div: { shapes: [[4], [3, 4]], compute: (a, b) => a.div(b), range: positive },
  pow: { shapes: [[4], [4]], compute: (a, b) => a.pow(b), range: positive },
  maximum: { shapes: [[3, 4], [4]], compute: (a, b) => a.maximum(b) },
  minimum: { shapes: [[3, 4], [4]], compute: (a, b) => a.minimum(b) },
  neg: { shapes: [[5]], compute: (x) => x.neg() },
  abs: { shapes: [[5]], compute: (x) => x.abs() },
  sqrt: { shapes: [[5]], compute: (x) => x.sqrt(), range: positive },
  exp: { shapes: [[5]], compute: (x) => x.exp() },
  expm1: { shapes: [[5]], compute: (x) => x.expm1() },
  log: { shapes: [[5]], compute: (x) => x.log(), range: positive },
  log1p: { shapes: [[5]], compute: (x) => x.log1p(), range: positive },
  sin: { shapes: [[5]], compute: (x) => x.sin() },
  cos: { shapes: [[5]], compute: (x) => x.cos() },
  erf: { shapes: [[5]], compute: (x) => x.erf() },
  sign: notDifferentiable,
  floor: notDifferentiable,
  ceil: notDifferentiable,
  round: notDifferentiable,
  equal: notDifferentiable,
  notEqual: notDifferentiable,
  less: notDifferentiable,
  lessEqual: notDifferentiable,
  greater: notDifferentiable,
  greaterEqual: notDifferentiable,
  where: { shapes: [[4], [3, 4]], compute: (a, b) => ops.where(mask, a, b) },
  cast: { shapes: [[5]], compute: (x) => x.cast("float64").mul(x) },
  sum: { shapes: [[2, 3, 4]], compute: (x) => x.sum({ axes: [0, 2] }) },
  prod: { shapes: [[2, 3, 4]], compute: (x) => x.prod({ axes: 1 }) },
  max: { shapes: [[2, 3, 4]], compute: (x) => x.max({ axes: [1, 2], keepDims: true }) },
  min: { shapes: [[2, 3, 4]], compute: (x) => x.min({ axes: 0 }) },
  argmax: notDifferentiable,
  argmin: notDifferentiable,
  reshape: { shapes: [[2, 6]], compute: (x) => x.transpose().reshape([3, 4]) },
  permute: { shapes: [[2, 3, 4]], compute: (x) => x.permute([2, 0, 1]) },
  expand: { shapes: [[3, 1]], compute: (x) => x.expand([2, 3, 4]) },
  slice: { shapes: [[3, 5]], compute: (x) => x.slice(1, 1, 4) },
  concat: {
    shapes: [
      [2, 3],
      [2, 1],
    ],
    compute: (a, b) => ops.concat([a, b, a], 1),
  },
  gatherRows: { shapes: [[3, 2]], compute: (table) => table.gatherRows(rows) },
  scatterAddRows: {
    shapes: [
      [4, 2],
      [3, 2],
    ],
    compute: (base, x) => ops.scatterAddRows(base, rows, x),
  },
};

const differentiable = Object.entries(cases).filter(
  (entry): entry is [string, Case] => entry[1] !== notDifferentiable,
);

// A sum with fixed uneven weights, so that a gradient that lands at the wrong place shows.
function toNumber(y: Tensor): Tensor {
  const weights = device.tensor(new NumpyRandom(11).uniform(0.5, 1.5, y.size), { shape: y.shape });
  return y.mul(weights).sum();
}

function inputsOf({ shapes, range: [low, high] = [-2, 2] }: Case): Float64Array[] {
  const random = new NumpyRandom(3);
  return shapes.map((shape) => random.uniform(low, high, ops.sizeOf(shape)));
}

function tensorsOf(test: Case, values: readonly Float64Array[]): Tensor[] {
  return values.map((array, i) => device.tensor(array, { shape: test.shapes[i] }));
}

function gradientsOf(test: Case, values: readonly Float64Array[]): Tensor[] {
  const inputs = tensorsOf(test, values);
  const tape = new Tape(inputs);
  const y = device.recordWith(tape, () => toNumber(test.compute(...inputs)));
  const found = tape.gradientsOf(y);
  return inputs.map((input) => found.get(input) ?? input);
}

// Central differences in float64 with this step are right to about 1e-9 for functions of this size.
const step = 1e-5;

function centralDifferences(
  values: readonly Float64Array[],
  evaluate: (values: Float64Array[]) => number,
): number[][] {
  return values.map((array, i) =>
    Array.from(array, (value, k) => {
      const at = (x: number): number =>
        evaluate(values.map((other, j) => (i === j ? other.with(k, x) : other)));
      return (at(value + step) - at(value - step)) / (2 * step);
    }),
  );
}

describe("the gradient table", () => {
  it.each(differentiable)("%s: the rule agrees with central differences", (_, test) => {
    const values = inputsOf(test);
    const analytic = gradientsOf(test, values).map((tensor) => Array.from(tensor.dataSync()));
    const numeric = centralDifferences(
      values,
      (shifted) => toNumber(test.compute(...tensorsOf(test, shifted))).dataSync()[0],
    );
    for (const [i, list] of numeric.entries()) {
      for (const [k, value] of list.entries()) expect(analytic[i][k]).toBeCloseTo(value, 7);
    }
  });

  it.each(differentiable)("%s: the gradient can be differentiated again", (_, test) => {
    const values = inputsOf(test);
    const inputs = tensorsOf(test, values);
    const outer = new Tape(inputs);
    const total = device.recordWith(outer, () => {
      const inner = new Tape(inputs);
      const y = device.recordWith(inner, () => toNumber(test.compute(...inputs)));
      const found = inner.gradientsOf(y);
      const squares = inputs.map((input) => (found.get(input) ?? input).square().sum());
      // Every input takes part a little, so that the result depends on it even where the gradient does not.
      return [...squares, ...inputs.map((input) => input.mul(0).sum())].reduce((a, b) => a.add(b));
    });
    const second = outer.gradientsOf(total);
    const analytic = inputs.map((input) => Array.from((second.get(input) ?? input).dataSync()));
    const numeric = centralDifferences(values, (shifted) =>
      gradientsOf(test, shifted).reduce((sum, tensor) => sum + tensor.square().sum().dataSync()[0], 0),
    );
    for (const [i, list] of numeric.entries()) {
      for (const [k, value] of list.entries()) {
        expect(Math.abs(analytic[i][k] - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
      }
    }
  });

  it.each(Object.entries(cases).filter(([, test]) => test === notDifferentiable))(
    "%s passes nothing back",
    (op) => {
      expect(gradients[op as OpName]).toBe(notDifferentiable);
    },
  );
});

describe("corners of the gradient table", () => {
  const gradientAt = (x: number[], compute: (x: Tensor) => Tensor): number[] =>
    Array.from(
      gradientsOf({ shapes: [[x.length]], compute: (t) => compute(t) }, [Float64Array.from(x)])[0].dataSync(),
    );
  // toNumber weighs the outputs; dividing by the weights again shows the plain derivative.
  const weights = (count: number): Float64Array => new NumpyRandom(11).uniform(0.5, 1.5, count);

  it("relu has derivative 0 at 0", () => {
    expect(gradientAt([0], (x) => x.relu())).toEqual([0]);
  });

  it("equal arguments of maximum share the gradient in halves", () => {
    const [w] = weights(1);
    expect(gradientAt([1], (x) => x.maximum(1))).toEqual([w / 2]);
  });

  it("equal maxima share the gradient, as torch.amax does", () => {
    const [w] = weights(1);
    expect(gradientAt([3, 1, 3], (x) => x.max())).toEqual([w / 2, 0, w / 2]);
  });

  it("abs has derivative 0 at 0", () => {
    expect(gradientAt([0], (x) => x.abs())).toEqual([0]);
  });

  it("prod is right around one zero and around two", () => {
    const [w] = weights(1);
    expect(gradientAt([2, 0, 3], (x) => x.prod())).toEqual([0, 6 * w, 0]);
    expect(gradientAt([0, 5, 0], (x) => x.prod())).toEqual([0, 0, 0]);
  });

  it("x^0 has derivative 0 even at 0", () => {
    expect(gradientAt([0, 2], (x) => x.pow(0))).toEqual([0, 0]);
  });

  it("a tensor used twice gets the sum over its uses", () => {
    const [w] = weights(1);
    expect(gradientAt([3], (x) => x.mul(x).add(x))[0]).toBeCloseTo(7 * w, 12);
  });
});
