// A layer of one's own: a ReLU that learns how steep it is below 0, one slope per unit (PReLU).
//   node --conditions=@gradwerk/source examples/own-layer.ts [STEPS]
import { createWasmBackend } from "@gradwerk/backend-wasm";
import { type ImageSet, sliceSet } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import { adam, dataset, dense, fit, type Layer, network } from "@gradwerk/nn";
import { createDevice, crossEntropy, type Tensor, where } from "@gradwerk/tensor";

// What it computes, in ops: gradients, training, and the fast backend come by themselves.
const prelu = (units: number): Layer<{ slope: Tensor }> => ({
  name: `prelu ${units}`,
  outputShape: (input) => input,
  initialize: (device, dtype) => ({ slope: device.full([units], 0.25, { dtype }) }),
  apply: ({ slope }, x) => where(x.greater(0), x, x.mul(slope)),
});

const steps = Number(process.argv[2] ?? 1000);
const mnist = await loadMnist();
const backend = await createWasmBackend();
const device = createDevice(backend);
const onDevice = ({ pixels, labels }: ImageSet) =>
  dataset(device, { inputs: pixels, shape: [784], labels, classes: 10 });

const model = network([784], dense({ outputs: 32 }), prelu(32), dense({ outputs: 10 }));
const parameters = model.initialize(device, "float32", { seed: 7 });
const run = fit({
  device,
  model,
  parameters,
  loss: crossEntropy,
  optimizer: adam({ learningRate: 0.003 }),
  dataset: onDevice(sliceSet(mnist.train, 0, 20_000)),
  test: onDevice(mnist.test),
  steps,
  evaluateEvery: 250,
});
for await (const { step, loss, test } of run) {
  if (test) console.log(`step ${step}: loss ${loss.toFixed(4)}, accuracy ${test.accuracy}`);
}

const [, { slope }] = parameters;
console.log("slopes below 0:", Array.from(await slope.data(), (value) => value.toFixed(2)).join(" "));
await backend.dispose();
