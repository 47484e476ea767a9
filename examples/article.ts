// The article's experiment: a network of 784, 10 and 2 units learns to tell 1 from 7, one image a step.
//   node --conditions=@gradwerk/source examples/article.ts [STEPS]
import { createCpuBackend } from "@gradwerk/backend-cpu";
import { type DigitSet, normalizePixels, selectDigits, sliceSet } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import {
  dataset,
  dense,
  fit,
  halfSquaredError,
  network,
  numpyNormal,
  ones,
  sgd,
  sigmoidLayer,
} from "@gradwerk/nn";
import { createDevice, oneHot } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";

const steps = Number(process.argv[2] ?? 200);

// Images of 1 and 7 in the order of MNIST's training file; a 1 is class 0 and a 7 is class 1.
const mnist = await loadMnist({ which: ["train"] });
const digits = selectDigits(mnist.train, [1, 7]);
const device = createDevice(createCpuBackend());
const onDevice = ({ pixels, classes }: DigitSet) =>
  dataset(device, { inputs: normalizePixels(pixels, "float64"), shape: [784], labels: classes, classes: 2 });

// Weights are drawn as NumPy draws them with this seed, layer by layer.
const random = new NumpyRandom(7);
const model = network(
  [784],
  dense({ outputs: 10, weight: numpyNormal(random), bias: ones }),
  sigmoidLayer,
  dense({ outputs: 2, weight: numpyNormal(random), bias: ones }),
  sigmoidLayer,
);

const run = fit({
  device,
  model,
  parameters: model.initialize(device, "float64"),
  loss: (outputs, classes) => halfSquaredError(outputs, oneHot(classes, 2, { dtype: "float64" })),
  optimizer: sgd({ learningRate: 0.5 }),
  dataset: onDevice(sliceSet(digits, 0, 200)),
  test: onDevice(sliceSet(digits, 2000, 3000)),
  batchSize: 1,
  steps,
  shuffleSeed: null, // in their own order
  evaluateEvery: 20,
});
for await (const { step, loss, test } of run) {
  if (test) console.log(`step ${step}: loss ${loss.toFixed(4)}, accuracy ${test.accuracy}`);
}
