// An autoencoder on MNIST: images pass through 16 numbers and are drawn again from them. Nobody says which digit it is.
//   node --conditions=@gradwerk/source examples/autoencoder.ts [STEPS]
import { createWasmBackend } from "@gradwerk/backend-wasm";
import { type ImageSet, normalizePixels, sliceSet } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import { adam, dataset, dense, fit, network, oneCycle, reluLayer, sigmoidLayer } from "@gradwerk/nn";
import { createDevice, mse } from "@gradwerk/tensor";

const batchSize = 64;
const steps = Number(process.argv[2] ?? 5 * Math.ceil(60_000 / batchSize)); // five rounds through the images

const { train, test } = await loadMnist();
const backend = await createWasmBackend();
const device = createDevice(backend);
const onDevice = ({ pixels, labels }: ImageSet) =>
  dataset(device, { inputs: pixels, shape: [784], labels, classes: 10 });

const model = network(
  [784],
  dense({ outputs: 128 }),
  reluLayer,
  dense({ outputs: 16 }), // all that is kept of an image
  dense({ outputs: 128 }),
  reluLayer,
  dense({ outputs: 784 }),
  sigmoidLayer, // pixels from 0 to 1
);
const parameters = model.initialize(device, "float32", { seed: 7 });

const run = fit({
  device,
  model,
  parameters,
  loss: mse,
  targets: "inputs", // what comes out is compared with what went in
  optimizer: adam({ learningRate: oneCycle({ learningRate: 0.003, steps, fall: "parabola" }) }),
  dataset: onDevice(train),
  test: onDevice(test),
  batchSize,
  steps,
  shuffleSeed: 7,
});
for await (const { epoch, test } of run) {
  if (test) console.log(`round ${epoch}: mean squared error of a pixel ${test.loss?.toFixed(4)}`);
}

// Three test images, and below them what came back.
const images = device.tensor(normalizePixels(sliceSet(test, 0, 3).pixels, "float32"), { shape: [3, 784] });
for (const pixels of [await images.data(), await model.apply(parameters, images).data()]) {
  for (let row = 3; row < 26; row++) {
    const lines = [0, 1, 2].map((n) => pixels.subarray(784 * n + 28 * row, 784 * n + 28 * (row + 1)));
    const draw = (line: typeof pixels) =>
      Array.from(line, (pixel) => " .:oO@"[Math.round(5 * pixel)]).join("");
    console.log(lines.map(draw).join("  "));
  }
  console.log();
}
await backend.dispose();
