// Data of one's own: points on three spirals, made here. The network learns which spiral a place in the plane belongs to.
//   node --conditions=@gradwerk/source examples/own-data.ts [STEPS]
import { createCpuBackend } from "@gradwerk/backend-cpu";
import { adam, dataset, dense, fit, network, tanhLayer } from "@gradwerk/nn";
import { createDevice, crossEntropy } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";

const steps = Number(process.argv[2] ?? 1000);
const device = createDevice(createCpuBackend());

/** Points [x, y] between -1 and 1, and the spiral that each is on: 0, 1 or 2. */
function spirals(count: number, seed: number) {
  const random = new NumpyRandom(seed);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  const [radii, noise] = [random.uniform(0, 1, count), random.normal(0, 0.1, count)];
  const points = Array.from(labels, (spiral, i) => {
    const angle = 4 * radii[i] + (2 * Math.PI * spiral) / 3 + noise[i];
    return [radii[i] * Math.cos(angle), radii[i] * Math.sin(angle)];
  });
  return dataset(device, { inputs: Float32Array.from(points.flat()), shape: [2], labels, classes: 3 });
}

const model = network(
  [2],
  dense({ outputs: 24 }),
  tanhLayer,
  dense({ outputs: 24 }),
  tanhLayer,
  dense({ outputs: 3 }),
);
const parameters = model.initialize(device, "float32", { seed: 7 });
const run = fit({
  device,
  model,
  parameters,
  loss: crossEntropy,
  optimizer: adam({ learningRate: 0.01 }),
  dataset: spirals(600, 1),
  test: spirals(300, 2),
  steps,
  evaluateEvery: 250,
});
for await (const { step, loss, test } of run) {
  if (test) console.log(`step ${step}: loss ${loss.toFixed(4)}, accuracy ${test.accuracy?.toFixed(3)}`);
}

// The plane as the network sees it: a sign for the likeliest spiral at each place.
const [columns, rows] = [60, 30];
const places = Array.from({ length: rows * columns }, (_, i) => [
  (2 * (i % columns)) / (columns - 1) - 1,
  1 - (2 * Math.floor(i / columns)) / (rows - 1),
]);
const spiralAt = await model.apply(parameters, device.tensor(places)).argmax().data();
for (let row = 0; row < rows; row++) {
  console.log(
    Array.from(spiralAt.subarray(row * columns, (row + 1) * columns), (spiral) => ".o#"[spiral]).join(""),
  );
}
