import type { WasmBackendOptions } from "@gradwerk/backend-wasm";
import {
  adam,
  avgPool2dLayer,
  batchNorm2dLayer,
  conv1dLayer,
  conv2dLayer,
  convTranspose2dLayer,
  dataset,
  dense,
  dropoutLayer,
  fit,
  flatten,
  geluLayer,
  groupNormLayer,
  gru,
  kaimingUniform,
  type Layer,
  layerNormLayer,
  lstm,
  maxPool2dLayer,
  meanOfTokens,
  multiHeadAttention,
  type NoParameters,
  network,
  type Optimizer,
  parametersOf,
  positionalEmbedding,
  reluLayer,
  residual,
  rmsNormLayer,
  rnn,
  sequential,
  sgd,
  sigmoidLayer,
  siluLayer,
  zeros,
} from "@gradwerk/nn";
import { createDevice, crossEntropy } from "@gradwerk/tensor";
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

/** A network for samples of a shape, of sizes that no vector divides. */
function networkOf(shape: readonly number[], ...layers: readonly unknown[]): Model {
  return network<readonly unknown[]>(shape, ...(layers as readonly Layer<unknown>[]), dense({ outputs: 11 }));
}

const convolutional = networkOf(
  [1, 13, 13],
  conv2dLayer({ filters: 5, kernelSize: 3, padding: 1 }),
  reluLayer,
  maxPool2dLayer(2),
  flatten,
  layerNormLayer(),
);

const residualNetwork = networkOf(
  [1, 13, 13],
  conv2dLayer({ filters: 6, kernelSize: 3, stride: 2, bias: false }),
  batchNorm2dLayer(),
  residual(sequential(conv2dLayer({ filters: 6, kernelSize: 3, padding: "same", groups: 2 }), geluLayer)),
  convTranspose2dLayer({ filters: 3, kernelSize: 3, stride: 2 }),
  groupNormLayer(3),
  avgPool2dLayer(2),
  dropoutLayer(0.3),
  flatten,
);

const sequences = networkOf(
  [13, 13],
  lstm({ units: 5, returns: "sequence" }),
  gru({ units: 7, returns: "sequence" }),
  rnn({ units: 6 }),
);

const attention = networkOf(
  [13, 13],
  dense({ outputs: 10 }),
  positionalEmbedding(),
  residual(sequential(rmsNormLayer(), multiHeadAttention({ heads: 2, causal: true }), dropoutLayer(0.1))),
  conv1dLayer({ filters: 9, kernelSize: 3, padding: "same" }),
  siluLayer,
  meanOfTokens,
);

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
  ["convolutions", { model: convolutional, optimizer: sgd({ learningRate: 0.1 }), shape: [1, 13, 13] }],
  [
    "convolutions, batch norm, dropout and a residual block",
    { model: residualNetwork, optimizer: sgd({ learningRate: 0.05 }), shape: [1, 13, 13] },
  ],
  ["recurrent layers", { model: sequences, optimizer: sgd({ learningRate: 0.1 }), shape: [13, 13] }],
  ["attention", { model: attention, optimizer: sgd({ learningRate: 0.05 }), shape: [13, 13] }],
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
