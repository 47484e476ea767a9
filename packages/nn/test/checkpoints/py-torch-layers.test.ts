// Expected values come from the formulas in PyTorch's documentation, computed here from the arrays as PyTorch has them.
import { createCpuBackend } from "@gradwerk/backend-cpu";
import {
  batchNorm2dLayer,
  conv2dLayer,
  dense,
  dropoutLayer,
  embeddingLayer,
  flatten,
  frozen,
  groupNormLayer,
  gru,
  type Layer,
  layerNormLayer,
  lstm,
  multiHeadAttention,
  type Network,
  network,
  reluLayer,
  residual,
  rmsNormLayer,
  rnn,
  sequential,
} from "@gradwerk/nn";
import { arraysOf, fromPyTorch, toPyTorch } from "@gradwerk/nn/checkpoint";
import type { StoredArray, StoredArrays } from "@gradwerk/nn/formats";
import { createDevice } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";
import { describe, expect, it } from "vitest";

const device = createDevice(createCpuBackend());
const random = new NumpyRandom(11);

/** Numbers between -1 and 1. */
function drawn(...shape: number[]): StoredArray {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return { dtype: "float64", shape, values: Float64Array.from({ length }, () => 2 * random.double() - 1) };
}

/** What a layer makes of one sample, with weights of PyTorch. */
async function outputOf(
  input: readonly number[],
  layer: Layer<unknown>,
  arrays: StoredArrays,
  x: StoredArray,
) {
  const model = network(input, layer) as Network<readonly unknown[]>;
  const parameters = model.initialize(device, "float64", { seed: 1 });
  const named = Object.entries(arrays).map(([name, array]) => [`0.${name}`, array]);
  fromPyTorch(model, parameters, Object.fromEntries(named));
  return model.apply(parameters, device.tensor(x.values, { shape: [1, ...input] })).data();
}

/** `W v + b`, row by row: W is `[rows, columns]`. */
function affine(weight: StoredArray, bias: StoredArray, vector: ArrayLike<number>): number[] {
  const [rows, columns] = weight.shape;
  return Array.from({ length: rows }, (_, row) => {
    let sum = bias.values[row];
    for (let column = 0; column < columns; column++)
      sum += weight.values[row * columns + column] * vector[column];
    return sum;
  });
}

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i] - expected[i])).toBeLessThan(1e-12);
}

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));
const part = (values: readonly number[], gate: number, units: number) =>
  values.slice(gate * units, (gate + 1) * units);

describe("weights of PyTorch mean the same here", () => {
  const [steps, inputs, units] = [3, 4, 2];
  const recurrentArrays = (gates: number): StoredArrays => ({
    weight_ih_l0: drawn(gates * units, inputs),
    weight_hh_l0: drawn(gates * units, units),
    bias_ih_l0: drawn(gates * units),
    bias_hh_l0: drawn(gates * units),
  });
  const x = drawn(steps, inputs);
  const inputAt = (step: number) => x.values.subarray(step * inputs, (step + 1) * inputs);

  it("in an RNN", async () => {
    const arrays = recurrentArrays(1);
    let hidden = [0, 0];
    for (let step = 0; step < steps; step++) {
      const own = affine(arrays.weight_hh_l0, arrays.bias_hh_l0, hidden);
      hidden = affine(arrays.weight_ih_l0, arrays.bias_ih_l0, inputAt(step)).map((value, i) =>
        Math.tanh(value + own[i]),
      );
    }
    expectNear(await outputOf([steps, inputs], rnn({ units }), arrays, x), hidden);
  });

  it("in an LSTM: gates i, f, g, o", async () => {
    const arrays = recurrentArrays(4);
    let [hidden, cell] = [
      [0, 0],
      [0, 0],
    ];
    for (let step = 0; step < steps; step++) {
      const own = affine(arrays.weight_hh_l0, arrays.bias_hh_l0, hidden);
      const all = affine(arrays.weight_ih_l0, arrays.bias_ih_l0, inputAt(step)).map(
        (value, i) => value + own[i],
      );
      const [input, forget, fresh, output] = [0, 1, 2, 3].map((gate) => part(all, gate, units));
      cell = cell.map((value, i) => sigmoid(forget[i]) * value + sigmoid(input[i]) * Math.tanh(fresh[i]));
      hidden = cell.map((value, i) => sigmoid(output[i]) * Math.tanh(value));
    }
    expectNear(await outputOf([steps, inputs], lstm({ units }), arrays, x), hidden);
  });

  it("in a GRU: gates r, z, n", async () => {
    const arrays = recurrentArrays(3);
    let hidden = [0, 0];
    for (let step = 0; step < steps; step++) {
      const given = affine(arrays.weight_ih_l0, arrays.bias_ih_l0, inputAt(step));
      const own = affine(arrays.weight_hh_l0, arrays.bias_hh_l0, hidden);
      const [resetX, updateX, freshX] = [0, 1, 2].map((gate) => part(given, gate, units));
      const [resetH, updateH, freshH] = [0, 1, 2].map((gate) => part(own, gate, units));
      hidden = hidden.map((value, i) => {
        const update = sigmoid(updateX[i] + updateH[i]);
        const fresh = Math.tanh(freshX[i] + sigmoid(resetX[i] + resetH[i]) * freshH[i]);
        return (1 - update) * fresh + update * value;
      });
    }
    expectNear(await outputOf([steps, inputs], gru({ units }), arrays, x), hidden);
  });

  it("in attention of two heads: queries, keys and values below each other", async () => {
    const [tokens, width, heads] = [3, 4, 2];
    const size = width / heads;
    const arrays: StoredArrays = {
      in_proj_weight: drawn(3 * width, width),
      in_proj_bias: drawn(3 * width),
      "out_proj.weight": drawn(width, width),
      "out_proj.bias": drawn(width),
    };
    const given = drawn(tokens, width);
    const projected = Array.from({ length: tokens }, (_, token) =>
      affine(
        arrays.in_proj_weight,
        arrays.in_proj_bias,
        given.values.subarray(token * width, (token + 1) * width),
      ),
    );
    const of = (token: number, which: number, head: number) =>
      projected[token].slice(which * width + head * size, which * width + (head + 1) * size);
    const expected = Array.from({ length: tokens }, (_, token) => {
      const mixed = Array.from({ length: heads }, (_, head) => {
        const query = of(token, 0, head);
        const fits = projected.map((_, other) => {
          const key = of(other, 1, head);
          return Math.exp(query.reduce((sum, value, i) => sum + value * key[i], 0) / Math.sqrt(size));
        });
        const total = fits.reduce((sum, fit) => sum + fit, 0);
        return Array.from({ length: size }, (_, i) =>
          fits.reduce((sum, fit, other) => sum + (fit / total) * of(other, 2, head)[i], 0),
        );
      });
      return affine(arrays["out_proj.weight"], arrays["out_proj.bias"], mixed.flat());
    });
    expectNear(
      await outputOf([tokens, width], multiHeadAttention({ heads }), arrays, given),
      expected.flat(),
    );
  });

  it("in batch norm: y = (x - running_mean) / sqrt(running_var + 1e-5) * weight + bias", async () => {
    const [channels, pixels] = [3, 4];
    const arrays: StoredArrays = {
      weight: drawn(channels),
      bias: drawn(channels),
      running_mean: drawn(channels),
      running_var: { ...drawn(channels), values: Float64Array.of(0.5, 1, 2) },
      num_batches_tracked: { dtype: "int32", shape: [], values: Int32Array.of(12) },
    };
    const given = drawn(channels, pixels);
    const expected = Array.from(given.values, (value, i) => {
      const c = Math.floor(i / pixels);
      const centred =
        (value - arrays.running_mean.values[c]) / Math.sqrt(arrays.running_var.values[c] + 1e-5);
      return centred * arrays.weight.values[c] + arrays.bias.values[c];
    });
    expectNear(await outputOf([channels, 2, 2], batchNorm2dLayer(), arrays, given), expected);
    const { num_batches_tracked: _, ...older } = arrays;
    expectNear(await outputOf([channels, 2, 2], batchNorm2dLayer(), older, given), expected);
  });

  it("in an embedding and in layer norm", async () => {
    const table = drawn(5, 3);
    const index: StoredArray = { dtype: "int32", shape: [2], values: Int32Array.of(4, 1) };
    const rows = [...table.values.subarray(12, 15), ...table.values.subarray(3, 6)];
    expectNear(await outputOf([2], embeddingLayer({ count: 5, units: 3 }), { weight: table }, index), rows);

    const [weight, bias, given] = [drawn(4), drawn(4), drawn(4)];
    const numbers = Array.from(given.values);
    const mean = numbers.reduce((sum, value) => sum + value, 0) / 4;
    const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4;
    const expected = numbers.map((value, i) => {
      return ((value - mean) / Math.sqrt(variance + 1e-5)) * weight.values[i] + bias.values[i];
    });
    expectNear(await outputOf([4], layerNormLayer(), { weight, bias }, given), expected);
  });
});

// Names and shapes as the documentation of each module of torch.nn lists them.
describe("a model of many layers goes to PyTorch and back", () => {
  const model = network(
    [2, 8, 8],
    conv2dLayer({ filters: 4, kernelSize: 3, padding: 1 }),
    groupNormLayer(2),
    residual(
      sequential(conv2dLayer({ filters: 4, kernelSize: 3, padding: 1, bias: false }), batchNorm2dLayer()),
    ),
    reluLayer,
    flatten,
    dropoutLayer(0.3),
    frozen(dense({ outputs: 6 })),
    rmsNormLayer(),
    dense({ outputs: 3 }),
  );

  it("with PyTorch's names and shapes, and nothing that PyTorch does not have", async () => {
    const written = await toPyTorch(model, model.initialize(device, "float32", { seed: 1 }));
    const shapes = Object.fromEntries(Object.entries(written).map(([name, { shape }]) => [name, shape]));
    expect(shapes).toEqual({
      "0.weight": [4, 2, 3, 3],
      "0.bias": [4],
      "1.weight": [4],
      "1.bias": [4],
      "2.inner.0.weight": [4, 4, 3, 3],
      "2.inner.1.weight": [4],
      "2.inner.1.bias": [4],
      "2.inner.1.running_mean": [4],
      "2.inner.1.running_var": [4],
      "6.weight": [6, 256],
      "6.bias": [6],
      "7.weight": [6],
      "8.weight": [3, 6],
      "8.bias": [3],
    });
  });

  it("to the bit, and the key of a dropout stays the model's own", async () => {
    const one = model.initialize(device, "float32", { seed: 1 });
    const other = model.initialize(device, "float32", { seed: 2 });
    const key = (await arraysOf(other))["5.key"];
    fromPyTorch(model, other, await toPyTorch(model, one));
    expect(await arraysOf(other)).toEqual({ ...(await arraysOf(one)), "5.key": key });
  });
});
