// The second thread of mlp-network.mjs: sleeps until there is an epoch to share.
import { parentPort, workerData } from "node:worker_threads";

const { module, memory, places, control } = workerData;
const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
exports.useMemory(...Object.values(places));
const signals = new Int32Array(memory.buffer, control, 16);
const rate = new Float32Array(memory.buffer, control + 32, 1);
parentPort.postMessage("ready");
for (let done = 0; ; ) {
  Atomics.wait(signals, 0, done);
  done = Atomics.load(signals, 0);
  const [, , count, batch, ...images] = signals.subarray(0, 8);
  exports.useImages(...images);
  exports.epoch(1, 2, count, batch, rate[0]);
  Atomics.store(signals, 1, done);
}
