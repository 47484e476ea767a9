// Samples out of a CSV file: any file with numbers in all columns but one, that of the label.
//   node --conditions=@gradwerk/source examples/csv.ts [FILE LABEL_COLUMN]
// Without a file it makes one of its own: triangles by their sides, to be told by their largest angle.
import { createReadStream } from "node:fs";
import { createCpuBackend } from "@gradwerk/backend-cpu";
import { readCsv } from "@gradwerk/data";
import { type LabelledSamples, splitSamples } from "@gradwerk/mnist";
import { adam, dataset, dense, fit, network, reluLayer } from "@gradwerk/nn";
import { createDevice, crossEntropy } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";

const [file, labelColumn = "kind"] = process.argv.slice(2);

async function* triangles(count: number): AsyncGenerator<string> {
  const random = new NumpyRandom(7);
  yield "a,b,c,kind\n";
  for (let i = 0; i < count; i++) {
    const [a, b] = random.uniform(1, 3, 2);
    const [angle] = random.uniform(0.2, 3, 1);
    const c = Math.sqrt(a * a + b * b - 2 * a * b * Math.cos(angle));
    const [short, middle, long] = [a, b, c].sort((x, y) => x - y);
    yield `${a},${b},${c},${long ** 2 > short ** 2 + middle ** 2 ? "obtuse" : "acute"}\n`;
  }
}

/** The same samples with each column's mean taken away, in units of its standard deviation. */
function standardized(samples: LabelledSamples<Float32Array>): LabelledSamples<Float32Array> {
  const [columns] = samples.shape;
  const inputs = samples.inputs.slice();
  for (let column = 0; column < columns; column++) {
    const values = inputs.filter((_, i) => i % columns === column);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    for (let i = column; i < inputs.length; i += columns)
      inputs[i] = (inputs[i] - mean) / Math.sqrt(variance || 1);
  }
  return { ...samples, inputs };
}

const samples = standardized(
  await readCsv(file === undefined ? triangles(3000) : createReadStream(file), { labelColumn, name: file }),
);
const [learnt, held] = splitSamples(samples, 0.2, 7);
console.log(
  `${learnt.count} samples to learn from, ${held.count} to test on: ${samples.classNames.join(", ")}`,
);

const device = createDevice(createCpuBackend());
const outputs = samples.classNames.length;
const model = network(samples.shape, dense({ outputs: 16 }), reluLayer, dense({ outputs }));
const run = fit({
  device,
  model,
  parameters: model.initialize(device, "float32", { seed: 7 }),
  loss: crossEntropy,
  optimizer: adam({ learningRate: 0.01 }),
  dataset: dataset(device, learnt),
  test: dataset(device, held),
  batchSize: Math.min(32, learnt.count),
  epochs: 10,
});
for await (const { epoch, test } of run) {
  if (test?.accuracy !== undefined) console.log(`round ${epoch}: accuracy ${test.accuracy.toFixed(3)}`);
}
