// A convolutional network on MNIST: kernels of 5 x 5 pixels that are moved over the image.
//   node --conditions=@gradwerk/source examples/cnn.ts [STEPS]
import { createWasmBackend } from "@gradwerk/backend-wasm";
import type { ImageSet } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import {
  conv2dLayer,
  dataset,
  dense,
  fit,
  flatten,
  maxPool2dLayer,
  network,
  oneCycle,
  reluLayer,
  sgd,
} from "@gradwerk/nn";
import { createDevice, crossEntropy } from "@gradwerk/tensor";

const batchSize = 32;
const steps = Number(process.argv[2] ?? 4700); // two and a half rounds through the images

const { train, test } = await loadMnist();
const backend = await createWasmBackend();
const device = createDevice(backend);
// One channel of 28 x 28 pixels; an image in colours would have three.
const onDevice = ({ pixels, labels }: ImageSet) =>
  dataset(device, { inputs: pixels, shape: [1, 28, 28], labels, classes: 10 });

const model = network(
  [1, 28, 28],
  conv2dLayer({ filters: 8, kernelSize: 5 }), // [8, 24, 24]: what each of 8 kernels sees in each place
  maxPool2dLayer(2), // [8, 12, 12]: the most of 2 x 2 places
  reluLayer,
  conv2dLayer({ filters: 16, kernelSize: 5 }), // [16, 8, 8]
  maxPool2dLayer(2), // [16, 4, 4]
  reluLayer,
  flatten, // [256]
  dense({ outputs: 64 }),
  reluLayer,
  dense({ outputs: 10 }),
);

const run = fit({
  device,
  model,
  parameters: model.initialize(device, "float32", { seed: 7 }),
  loss: (logits, labels) => crossEntropy(logits, labels, { labelSmoothing: 0.05 }),
  optimizer: sgd({ learningRate: oneCycle({ learningRate: 0.5, steps, fall: "parabola" }) }),
  dataset: onDevice(train),
  test: onDevice(test),
  batchSize,
  steps,
  shuffleSeed: 7,
});
for await (const { epoch, loss, test } of run) {
  if (test) console.log(`round ${epoch}: loss ${loss.toFixed(4)}, accuracy ${test.accuracy}`);
}
await backend.dispose();
