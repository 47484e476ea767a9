// All of MNIST with one hidden layer, on the fast backend: about 98 % of the 10,000 test images.
//   node --conditions=@gradwerk/source examples/mlp.ts [STEPS]
import { createWasmBackend } from "@gradwerk/backend-wasm";
import type { ImageSet } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import { dataset, dense, fit, network, oneCycle, reluLayer, sgd } from "@gradwerk/nn";
import { createDevice, crossEntropy } from "@gradwerk/tensor";

const batchSize = 32;
const steps = Number(process.argv[2] ?? (3 * 60_000) / batchSize); // three rounds through the images

const { train, test } = await loadMnist();
const backend = await createWasmBackend();
const device = createDevice(backend);
// Pixels stay bytes on the device; the network sees them as numbers from 0 to 1.
const onDevice = ({ pixels, labels }: ImageSet) =>
  dataset(device, { inputs: pixels, shape: [784], labels, classes: 10 });

const model = network([784], dense({ outputs: 128 }), reluLayer, dense({ outputs: 10 }));

const run = fit({
  device,
  model,
  parameters: model.initialize(device, "float32", { seed: 7 }),
  loss: (logits, labels) => crossEntropy(logits, labels, { labelSmoothing: 0.05 }),
  // A rate that rises, then falls to 0: the weights settle at the end.
  optimizer: sgd({ learningRate: oneCycle({ learningRate: 0.6, steps, fall: "parabola" }) }),
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
