// The article's first step, taken apart: every value between the image and the new weights.
import { backByHand, halfSquaredError, parametersOf, sgd, Tape, valueAndGrad } from "@gradwerk/nn";
import type { OpRecord } from "@gradwerk/tensor";
import {
  biasesOf,
  type Data,
  freshNetwork,
  learningRate,
  type Network,
  type Parameters,
  recorded,
  trainingBatch,
  weightsOf,
} from "./article-run.ts";

type Layers = readonly (readonly number[])[];

/** All that the page says of the first step. `[l]` is a layer, `[j]` a unit. */
export interface FirstStep {
  readonly image: readonly number[];
  readonly target: readonly number[];
  readonly weights: readonly Layers[];
  readonly biases: Layers;
  /** Weighted sums. */
  readonly x: Layers;
  /** `a[0]` is the image, `a[2]` the output. */
  readonly a: Layers;
  readonly error: number;
  readonly back: Layers;
  readonly gradients: readonly Layers[];
  readonly newWeights: readonly Layers[];
  /** The sum of the squares of all derivatives. */
  readonly squaredLength: number;
  readonly tape: readonly TapeLine[];
}

/** An op as the tape recorded it, and the derivative of the error by its output. */
export interface TapeLine {
  readonly op: string;
  readonly shapes: string;
  readonly output: readonly number[];
  readonly g: readonly number[];
}

export function takeFirstStep(data: Data): FirstStep {
  const network = freshNetwork(data);
  const { model, parameters } = network;
  const batch = trainingBatch(data, 0);
  const ops = recorded(data.device, () => halfSquaredError(model.apply(parameters, batch.x), batch.targets));
  const outputsOf = (name: string) =>
    ops.filter(({ op }) => op === name).map(({ output }) => Array.from(output.dataSync()));
  const image = Array.from(batch.x.dataSync());
  const target = Array.from(batch.targets.dataSync());
  const weights = weightsOf(parameters);
  const biases = biasesOf(parameters);

  const { value, gradients } = valueAndGrad((tree: Parameters) =>
    halfSquaredError(model.apply(tree, batch.x), batch.targets),
  )(parameters);
  const squares = parametersOf(gradients).flatMap(({ tensor }) =>
    Array.from(tensor.dataSync(), (slope) => slope * slope),
  );
  const optimizer = sgd({ learningRate });
  const rate = data.device.full([], learningRate, { dtype: "float64" });
  const tape = tapeOf(data, network);
  optimizer.update(parameters, gradients, optimizer.initialize(parameters), rate);

  return {
    image,
    target,
    weights,
    biases,
    x: outputsOf("linear"),
    a: [image, ...outputsOf("sigmoid")],
    error: value.dataSync()[0],
    back: backByHand({ weights, biases }, image, target).biases,
    gradients: weightsOf(gradients),
    newWeights: weightsOf(parameters),
    squaredLength: squares.reduce((sum, square) => sum + square, 0),
    tape,
  };
}

function tapeOf(data: Data, { model, parameters }: Network): readonly TapeLine[] {
  const batch = trainingBatch(data, 0);
  const ops: OpRecord[] = [];
  const watched = parametersOf(parameters).map(({ tensor }) => tensor);
  const work = (record: (op: OpRecord) => void) =>
    data.device.recordWith({ record }, () =>
      halfSquaredError(model.apply(parameters, batch.x), batch.targets),
    );
  const result = work((op) => ops.push(op));
  // A second tape over the same ops that watches every intermediate value: what it gives are the g of all lines.
  const tape = new Tape([...watched, ...ops.map(({ output }) => output)]);
  for (const op of ops) tape.record(op);
  const derivatives = tape.gradientsOf(result);
  return ops.map(({ op, inputs, output }) => ({
    op,
    shapes: `${inputs.map(({ shape }) => `[${shape.join(", ")}]`).join(" ")} -> [${output.shape.join(", ")}]`,
    output: Array.from(output.dataSync()),
    g: Array.from(derivatives.get(output)?.dataSync() ?? []),
  }));
}

/** The error of the first image as one weight W(l, j, i) is moved by h. */
export function errorNear(data: Data, { l, j, i }: Place, h: number): number {
  const { model, parameters } = freshNetwork(data);
  const batch = trainingBatch(data, 0);
  const moved = parameters.map((layer, index) => {
    if (index !== 2 * l || !("weight" in layer)) return layer;
    const values = layer.weight.dataSync();
    values[i * layer.weight.shape[1] + j] += h;
    return { ...layer, weight: data.device.tensor(values, { shape: layer.weight.shape }) };
  });
  return halfSquaredError(model.apply(moved, batch.x), batch.targets).dataSync()[0];
}

/** Where a weight is: it leads from unit i to unit j of layer l. */
export interface Place {
  readonly l: number;
  readonly j: number;
  readonly i: number;
}

/** The error of the first image after a first step with this rate. */
export function errorAfterStep(data: Data, rate: number): number {
  const { model, parameters } = freshNetwork(data);
  const { x, targets } = trainingBatch(data, 0);
  const loss = valueAndGrad((tree: Parameters) => halfSquaredError(model.apply(tree, x), targets));
  const optimizer = sgd({ learningRate: rate });
  optimizer.update(
    parameters,
    loss(parameters).gradients,
    optimizer.initialize(parameters),
    data.device.full([], rate, { dtype: "float64" }),
  );
  return loss(parameters).value.dataSync()[0];
}
