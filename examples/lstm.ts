// A recurrent network on MNIST: it reads an image row by row, from top to bottom, and says at the end what it saw.
//   node --conditions=@gradwerk/source examples/lstm.ts [STEPS]
import { createWasmBackend } from "@gradwerk/backend-wasm";
import type { ImageSet } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import { adam, dataset, dense, fit, lstm, network, oneCycle } from "@gradwerk/nn";
import { createDevice, crossEntropy } from "@gradwerk/tensor";

const batchSize = 64;
const steps = Number(process.argv[2] ?? 5 * Math.ceil(60_000 / batchSize)); // five rounds through the images

const { train, test } = await loadMnist();
const backend = await createWasmBackend();
const device = createDevice(backend);
// 28 steps of 28 numbers: a row of pixels at a time.
const onDevice = ({ pixels, labels }: ImageSet) =>
  dataset(device, { inputs: pixels, shape: [28, 28], labels, classes: 10 });

// 64 units remember what matters of the rows so far; what they hold after the last one decides.
const model = network([28, 28], lstm({ units: 64 }), dense({ outputs: 10 }));

const run = fit({
  device,
  model,
  parameters: model.initialize(device, "float32", { seed: 7 }),
  loss: (logits, labels) => crossEntropy(logits, labels, { labelSmoothing: 0.05 }),
  optimizer: adam({ learningRate: oneCycle({ learningRate: 0.004, steps, fall: "parabola" }) }),
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
