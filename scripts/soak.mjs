// Trains without a pause and says every half minute how fast it goes and what memory is in use: node scripts/soak.mjs
// [MINUTES] [THREADS]. Ends with 1 where memory grew or training slowed down by more than a fifth. Reads built packages.
import { createWasmBackend } from "@gradwerk/backend-wasm";
import { loadMnist } from "@gradwerk/mnist/node";
import { dataset, mlpNetwork, sgd, fit as train } from "@gradwerk/nn";
import { createDevice, crossEntropy } from "@gradwerk/tensor";

const [minutes = 10, threads = 2] = process.argv.slice(2).map(Number);
const { train: images } = await loadMnist({ which: ["train"] });
const device = createDevice(await createWasmBackend({ threads }));
const digits = dataset(device, { inputs: images.pixels, shape: [784], labels: images.labels, classes: 10 });
const model = mlpNetwork([784, 128, 10], 7);
const parameters = model.initialize(device, "float32");

const started = performance.now();
const windows = [];
let samples = 0;
let since = started;
for await (const { epoch } of train({
  device,
  model,
  parameters,
  loss: (outputs, labels) => crossEntropy(outputs, labels),
  optimizer: sgd({ learningRate: 0.05 }),
  dataset: digits,
  batchSize: 32,
  epochs: 1_000_000,
})) {
  samples += digits.count;
  const now = performance.now();
  if (now - since >= 30_000) {
    const { buffers, bytes } = device.memory();
    const rss = process.memoryUsage().rss / 2 ** 20;
    const rate = (samples / (now - since)) * 1000;
    windows.push({ rate, buffers, bytes, rss });
    console.log(
      `${((now - started) / 1000).toFixed(0)} s, epoch ${epoch}: ${rate.toFixed(0)} samples/s, ${buffers} buffers, ` +
        `${(bytes / 2 ** 20).toFixed(1)} MiB in them, ${rss.toFixed(0)} MiB resident`,
    );
    samples = 0;
    since = now;
  }
  if (now - started >= minutes * 60_000) break;
}

// The machine may be busy for a while: the best window of the second half is held against the best of the first.
const half = Math.ceil(windows.length / 2);
const [first] = windows;
const last = windows.at(-1) ?? first;
const rates = windows.map(({ rate }) => rate);
const grew = last.buffers > first.buffers || last.bytes > first.bytes || last.rss > first.rss * 1.2;
const slowed = windows.length > 1 && Math.max(...rates.slice(half)) < Math.max(...rates.slice(0, half)) * 0.8;
console.log(
  `${grew ? "memory grew" : "memory held"}, ${slowed ? "training slowed down" : "throughput held"}`,
);
process.exit(grew || slowed ? 1 : 0);
