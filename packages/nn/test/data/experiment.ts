import { createCpuBackend } from "@gradwerk/backend-cpu";
import { normalizePixels, oneHot, selectDigits, sliceSet } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import { articleNetwork, type DenseParameters, evaluate, halfSquaredError, sgd, train } from "@gradwerk/nn";
import { createDevice } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";

/** What may differ from the article. */
export interface Settings {
  readonly digits: readonly number[];
  readonly train: readonly [number, number];
  readonly test: readonly [number, number];
  readonly hidden: readonly number[];
  readonly rate: number;
  readonly seed: number;
  readonly steps: number;
  readonly batch: number;
}

/** The article's settings. */
export const article: Settings = {
  digits: [1, 7],
  train: [0, 200],
  test: [2000, 3000],
  hidden: [10],
  rate: 0.5,
  seed: 7,
  steps: 200,
  batch: 1,
};

/** Runs the article's experiment through the packages' public interfaces, in float64 on the reference backend. */
export async function runExperiment(settings: Settings, capture = true) {
  const mnist = await loadMnist({ source: "package", which: ["train"] });
  const chosen = selectDigits(mnist.train, settings.digits);
  const trainSet = sliceSet(chosen, ...settings.train);
  const testSet = sliceSet(chosen, ...settings.test);
  const device = createDevice(createCpuBackend());
  const tensorOf = (set: typeof chosen) =>
    device.tensor(normalizePixels(set.pixels, "float64"), { shape: [set.count, 784] });
  const testImages = tensorOf(testSet);
  const testClasses = device.tensor(Int32Array.from(testSet.classes));

  const model = articleNetwork(
    [784, ...settings.hidden, settings.digits.length],
    new NumpyRandom(settings.seed),
  );
  const parameters = model.initialize(device, "float64");
  const buffersBefore = device.memory().buffers;
  const perRound = Math.ceil(trainSet.count / settings.batch);
  const losses: number[] = [];
  const accuracies: (number | undefined)[] = [];
  for await (const { loss, accuracy } of train({
    device,
    model,
    parameters,
    loss: halfSquaredError,
    optimizer: sgd({ learningRate: settings.rate }),
    steps: settings.steps,
    capture,
    batch: (step) => {
      const start = (step % perRound) * settings.batch;
      const batch = sliceSet(trainSet, start, Math.min(start + settings.batch, trainSet.count));
      const classes = settings.digits.length;
      const targets = device.tensor(oneHot(batch.classes, classes, "float64"), {
        shape: [batch.count, classes],
      });
      return { x: tensorOf(batch), targets };
    },
    evaluate: (now) => evaluate(model, now, testImages, testClasses),
  })) {
    losses.push(loss);
    accuracies.push(accuracy);
  }
  const layers = parameters.filter((layer): layer is DenseParameters => "weight" in layer);
  const weights = await Promise.all(layers.map(({ weight }) => weight.transpose().data()));
  const biases = await Promise.all(layers.map(({ bias }) => bias.data()));
  return {
    subsetSize: chosen.count,
    losses,
    accuracies,
    weights,
    biases,
    leaked: device.memory().buffers - buffersBefore,
  };
}
