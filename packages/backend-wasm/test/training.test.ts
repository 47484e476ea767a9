import type { WasmBackendOptions } from "@gradwerk/backend-wasm";
import {
  adam,
  dataset,
  dense,
  fit,
  kaimingUniform,
  type Layer,
  type NoParameters,
  type Optimizer,
  parametersOf,
  reluLayer,
  sequential,
  sgd,
  sigmoidLayer,
  zeros,
} from "@gradwerk/nn";
import { conv2d, createDevice, crossEntropy, layerNorm, maxPool2d, type Tensor } from "@gradwerk/tensor";
import { PhiloxRandom } from "@gradwerk/tensor/random";
import { describe, expect, test } from "vitest";
import { backendWith, threaded } from "./support/backends.ts";

type Model = Layer<readonly unknown[]>;

interface Run {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly shape?: readonly number[];
  readonly classes?: number;
  readonly dtype?: "float32" | "float64";
  readonly capture?: boolean;
}

/** Losses and weights of a short training run, in bits. */
async function outcomeOf(
  options: WasmBackendOptions,
  { model, optimizer, shape = [784], classes = 11, dtype = "float32", capture = true }: Run,
): Promise<readonly number[]> {
  const device = createDevice(await backendWith(options));
  const random = new PhiloxRandom(5);
  // 118 samples in batches of 33: three whole ones and a short one. Four pixels of five are 0.
  const [samples, size] = [118, shape.reduce((product, extent) => product * extent, 1)];
  const labels = Uint8Array.from({ length: samples }, () => random.integerBelow(classes));
  const inputs = Uint8Array.from({ length: samples * size }, () =>
    random.integerBelow(5) === 0 ? random.integerBelow(256) : 0,
  );
  const parameters = model.initialize(device, dtype);
  const outcome: number[] = [];
  const reports = fit({
    device,
    model,
    loss: crossEntropy,
    optimizer,
    dataset: dataset(device, { inputs, shape, labels, classes }),
    batchSize: 33,
    epochs: 2,
    capture,
    parameters,
  });
  for await (const { losses, programs } of reports) {
    outcome.push(...losses);
    expect(programs.length).toBe(capture ? 2 : 0);
  }
  for (const { tensor } of parametersOf(parameters)) outcome.push(...tensor.dataSync());
  expect(outcome.every(Number.isFinite)).toBe(true);
  return outcome;
}

function perceptron(activation: Layer<NoParameters> = reluLayer): Model {
  return sequential(
    dense({ inputs: 784, outputs: 127, weight: kaimingUniform({ seed: 1, stream: 0 }), bias: zeros }),
    activation,
    dense({ inputs: 127, outputs: 11, weight: kaimingUniform({ seed: 1, stream: 1 }), bias: zeros }),
  ) as Model;
}

/** A convolution with padding, pooling, layer norm and a dense layer, of sizes that no vector divides. */
function convolutional(): Model {
  const head = dense({
    inputs: 5 * 6 * 6,
    outputs: 11,
    weight: kaimingUniform({ seed: 1, stream: 1 }),
    bias: zeros,
  });
  return {
    name: "convolutional",
    outputShape: () => [11],
    initialize: (device, dtype) => [
      kaimingUniform({ seed: 1, stream: 0 })(device, [5, 1, 3, 3], dtype, "kernels"),
      zeros(device, [5], dtype, "bias"),
      device.keep(device.ones([180], { dtype })),
      device.keep(device.zeros([180], { dtype })),
      head.initialize(device, dtype),
    ],
    apply(parameters, x) {
      const [weight, bias, scale, shift, last] = parameters as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Parameters<typeof head.apply>[0],
      ];
      const images = conv2d(x.reshape([x.shape[0], 1, 13, 13]), weight, { bias, padding: 1 }).relu();
      const pooled = maxPool2d(images, 2).reshape([x.shape[0], 180]);
      return head.apply(last, layerNorm(pooled, scale, shift));
    },
  };
}

const runs: [string, Run][] = [
  ["plain descent", { model: perceptron(), optimizer: sgd({ learningRate: 0.1 }) }],
  [
    "plain descent, sigmoid, float64",
    { model: perceptron(sigmoidLayer), optimizer: sgd({ learningRate: 0.5 }), dtype: "float64" },
  ],
  [
    "momentum",
    { model: perceptron(), optimizer: sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }) },
  ],
  ["adam", { model: perceptron(), optimizer: adam({ learningRate: 0.01 }) }],
  ["convolutions", { model: convolutional(), optimizer: sgd({ learningRate: 0.1 }), shape: [169] }],
];

describe.each(runs)("training with %s", (_, run) => {
  test("gives the same bits on one, two and three threads, and from run to run", async () => {
    const alone = await outcomeOf({ threads: 1 }, run);
    for (const threads of [2, 3, 2, 2]) expect(await outcomeOf(threaded(threads), run)).toEqual(alone);
    // Threads that come when they are first of use, and share only what is large.
    expect(await outcomeOf({ threads: 2 }, run)).toEqual(alone);
  });

  test("gives the same bits by values that are not 0 and by all of them, captured and eagerly", async () => {
    const expected = await outcomeOf({ threads: 1, sparse: "never" }, run);
    for (const sparse of ["always", "measure", "never"] as const) {
      expect(await outcomeOf(threaded(2, { sparse }), run)).toEqual(expected);
    }
    expect(await outcomeOf(threaded(2), { ...run, capture: false })).toEqual(expected);
  });

  test("is of the same numbers, up to rounding, without fused multiply-add", async () => {
    const [relaxed, plain] = [await outcomeOf({}, run), await outcomeOf(threaded(2, { simd: "plain" }), run)];
    const tolerance = run.dtype === "float64" ? 1e-12 : 1e-3;
    for (const [i, value] of plain.entries()) expect(Math.abs(value - relaxed[i])).toBeLessThan(tolerance);
    expect(plain).not.toEqual(relaxed);
  });
});
