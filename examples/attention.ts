// A small vision transformer on MNIST: 16 patches of an image look at one another.
//   node --conditions=@gradwerk/source examples/attention.ts [STEPS]
import { createWasmBackend } from "@gradwerk/backend-wasm";
import type { ImageSet } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import {
  adam,
  dataset,
  dense,
  fit,
  geluLayer,
  layerNormLayer,
  meanOfTokens,
  multiHeadAttention,
  network,
  oneCycle,
  patches,
  positionalEmbedding,
  residual,
  sequential,
} from "@gradwerk/nn";
import { createDevice, crossEntropy } from "@gradwerk/tensor";

const batchSize = 64;
const steps = Number(process.argv[2] ?? 8 * Math.ceil(60_000 / batchSize)); // eight rounds through the images

const { train, test } = await loadMnist();
const backend = await createWasmBackend();
const device = createDevice(backend);
const onDevice = ({ pixels, labels }: ImageSet) =>
  dataset(device, { inputs: pixels, shape: [1, 28, 28], labels, classes: 10 });

const attention = () => residual(sequential(layerNormLayer(), multiHeadAttention({ heads: 4 })));
const thought = () =>
  residual(sequential(layerNormLayer(), dense({ outputs: 96 }), geluLayer, dense({ outputs: 48 })));
const model = network(
  [1, 28, 28],
  patches(7), // [16, 49]: squares of 7 x 7 pixels
  dense({ outputs: 48 }), // [16, 48]: each becomes a token of 48 numbers
  positionalEmbedding(), // where it lay in the image
  attention(), // tokens look at tokens
  thought(), // and each makes something of what it saw
  attention(),
  thought(),
  layerNormLayer(),
  meanOfTokens, // [48]
  dense({ outputs: 10 }),
);

const run = fit({
  device,
  model,
  parameters: model.initialize(device, "float32", { seed: 7 }),
  loss: (logits, labels) => crossEntropy(logits, labels, { labelSmoothing: 0.05 }),
  optimizer: adam({ learningRate: oneCycle({ learningRate: 0.005, steps, fall: "parabola" }) }),
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
