// A network goes out as an ONNX file, which other programs can run, and comes back as a layer that learns on.
//   node --conditions=@gradwerk/source examples/onnx.ts [FILE]
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWasmBackend } from "@gradwerk/backend-wasm";
import { loadMnist } from "@gradwerk/mnist/node";
import { adam, dataset, fit, mlpNetwork, type Network } from "@gradwerk/nn";
import { fromOnnx, toOnnx } from "@gradwerk/onnx";
import { createDevice, crossEntropy } from "@gradwerk/tensor";

const file = process.argv[2] ?? join(mkdtempSync(join(tmpdir(), "gradwerk-onnx-")), "digits.onnx");
const { train, test } = await loadMnist();
const backend = await createWasmBackend();
const device = createDevice(backend);
const [images, testImages] = [train, test].map(({ pixels, labels }) =>
  dataset(device, { inputs: pixels, shape: [784], labels, classes: 10 }),
);

async function learn<Parameters>(what: string, model: Network<Parameters>, parameters: Parameters) {
  for await (const { test } of fit({
    device,
    model,
    parameters,
    loss: crossEntropy,
    optimizer: adam({ learningRate: 0.001 }),
    dataset: images,
    test: testImages,
    batchSize: 64,
    steps: 200,
  })) {
    if (test) console.log(`${what}: accuracy ${test.accuracy}`);
  }
}

const model = mlpNetwork([784, 64, 10], 7);
const parameters = model.initialize(device, "float32");
await learn("before it is written", model, parameters);

writeFileSync(file, await toOnnx(model, parameters, { name: "digits" }));
console.log(`written: ${file}`);

const read = fromOnnx(readFileSync(file)).model;
const weights = read.initialize(device, "float32");
console.log(`read: ${read.name}, with ${Object.keys(weights).join(", ")}`);
await learn("after 200 steps more", read, weights);
await backend.dispose();
