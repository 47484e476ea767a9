// A program that saves one checkpoint after the other and says the step of each that it has saved, until it is killed.
import { createCpuBackend } from "@gradwerk/backend-cpu";
import { saveCheckpoint } from "@gradwerk/nn/node";
import { createDevice } from "@gradwerk/tensor";

const [, , path, first] = process.argv;
const device = createDevice(createCpuBackend());
for (let step = Number(first); ; step++) {
  using weight = device.full([50_000], step, { dtype: "float64" });
  await saveCheckpoint(path, { parameters: { weight }, step });
  process.stdout.write(`${step}\n`);
}
