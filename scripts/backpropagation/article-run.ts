// The article's experiment as the page takes it apart: the data, the network, and its training with other rates.
import { createCpuBackend } from "@gradwerk/backend-cpu";
import { type DigitSet, normalizePixels, oneHot, selectDigits, sliceSet } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import { articleNetwork, type DenseParameters, halfSquaredError, sgd, train } from "@gradwerk/nn";
import { createDevice, type Device, type OpRecord, type Tensor } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";

export const learningRate = 0.5;
export const steps = 200;

/** What the article trains and tests with, in float64 on the reference backend. */
export interface Data {
  readonly device: Device;
  readonly train: DigitSet;
  /** [1000, 784] */
  readonly testImages: Tensor;
  /** [1000]: 0 for a 1 and 1 for a 7. */
  readonly testClasses: Uint8Array;
}

export async function loadData(): Promise<Data> {
  const device = createDevice(createCpuBackend());
  const mnist = await loadMnist({ source: "package", which: ["train"] });
  const chosen = selectDigits(mnist.train, [1, 7]);
  const test = sliceSet(chosen, 2000, 3000);
  return {
    device,
    train: sliceSet(chosen, 0, 200),
    testImages: device.tensor(normalizePixels(test.pixels, "float64"), { shape: [1000, 784] }),
    testClasses: test.classes,
  };
}

/** The network of seed 7 before its first step. */
export function freshNetwork({ device }: Data) {
  const model = articleNetwork([784, 10, 2], new NumpyRandom(7));
  return { model, parameters: model.initialize(device, "float64") };
}

export type Network = ReturnType<typeof freshNetwork>;
export type Parameters = Network["parameters"];

/** Image number `index` of the training slice as a batch of one, and what the outputs should be. */
export function trainingBatch({ device, train }: Data, index: number) {
  const image = sliceSet(train, index, index + 1);
  return {
    x: device.tensor(normalizePixels(image.pixels, "float64"), { shape: [1, 784] }),
    targets: device.tensor(oneHot(image.classes, 2, "float64"), { shape: [1, 2] }),
  };
}

/** The dense layers of a tree of parameters or gradients. */
export function denseLayers(tree: Parameters): readonly DenseParameters[] {
  return tree.filter((layer): layer is DenseParameters => "weight" in layer);
}

/** `W[l][j][i]`, as the page writes weights, from tensors `[inputs, outputs]`. */
export function weightsOf(tree: Parameters): readonly (readonly (readonly number[])[])[] {
  return denseLayers(tree).map(({ weight }) => {
    const [inputs, outputs] = weight.shape;
    const values = weight.dataSync();
    return Array.from({ length: outputs }, (_, j) =>
      Array.from({ length: inputs }, (_, i) => values[i * outputs + j]),
    );
  });
}

/** `B[l][j]` */
export function biasesOf(tree: Parameters): readonly (readonly number[])[] {
  return denseLayers(tree).map(({ bias }) => Array.from(bias.dataSync()));
}

/** What each op of `work` did, in order. */
export function recorded(device: Device, work: () => unknown): readonly OpRecord[] {
  const ops: OpRecord[] = [];
  device.recordWith({ record: (op) => ops.push(op) }, work);
  return ops;
}

/** The weighted sums `x(l, j)` of each layer for a batch, as tensors `[B, units]`. */
export function weightedSums({ model }: Network, parameters: Parameters, x: Tensor): readonly Tensor[] {
  return recorded(x.device, () => model.apply(parameters, x))
    .filter(({ op }) => op === "linear")
    .map(({ output }) => output);
}

/** The article's training with another rate or other images; looks at the network after each step. */
export async function runArticle(
  data: Data,
  { rate = learningRate, count = steps, images = [...Array(steps).keys()] },
  afterStep: (network: Network, step: number) => void,
): Promise<void> {
  const network = freshNetwork(data);
  for await (const { step } of train({
    device: data.device,
    ...network,
    loss: halfSquaredError,
    optimizer: sgd({ learningRate: rate }),
    steps: count,
    batch: (step) => trainingBatch(data, images[step]),
  })) {
    afterStep(network, step);
  }
}

/** What a network makes of the 1,000 test images. */
export interface Verdict {
  /** Images called a 7. */
  readonly calledSeven: number;
  /** Ones and sevens that are classified rightly. */
  readonly right: readonly [number, number];
  /** The lead of the 7, `x(1, 1) - x(1, 0)`: the middle value among the ones and among the sevens. */
  readonly lead: readonly [number, number];
  readonly accuracy: number;
}

export function judge(data: Data, network: Network): Verdict {
  const { device, testImages, testClasses } = data;
  const sums = device.scope(() => {
    const last = weightedSums(network, network.parameters, testImages).at(-1);
    return last?.dataSync() ?? [];
  });
  const leads = Array.from(testClasses, (_, n) => sums[2 * n + 1] - sums[2 * n]);
  const [ones, sevens] = [0, 1].map((digit) => leads.filter((_, n) => testClasses[n] === digit));
  const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];
  // The larger output wins, and class 0 where they are equal.
  const right = [ones.filter((lead) => lead <= 0).length, sevens.filter((lead) => lead > 0).length] as const;
  return {
    calledSeven: leads.filter((lead) => lead > 0).length,
    right,
    lead: [middle(ones), middle(sevens)],
    accuracy: (right[0] + right[1]) / testClasses.length,
  };
}
