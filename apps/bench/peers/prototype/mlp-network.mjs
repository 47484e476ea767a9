// The network of mlp-kernels.ts in memory, and the second thread that helps to train it.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { compile } from "./compile.mjs";

const pages = 4096;
const control = 4096;
const meeting = 8192;
const free = 65536;

/** @param {number} threads 1 or 2 */
export async function openNetwork(threads) {
  const module = await compile(new URL("./mlp-kernels.ts", import.meta.url), [
    "--sharedMemory",
    ...["--initialMemory", `${pages}`, "--maximumMemory", `${pages}`],
  ]);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  let top = free;
  const room = (bytes) => {
    const place = top;
    top = (top + bytes + 63) & ~63;
    return place;
  };
  const places = {
    weight0: room(784 * 512),
    bias0: room(512),
    weight1: room(128 * 48),
    bias1: room(48),
    hidden: room(512 * 512),
    outputSlopes: room(512 * 48),
    hiddenSlopes: room(512 * 512),
    meeting,
    batchEnds: room(2 * 4096),
    batchSlots: room(2 * 128 * 784 * 4),
    batchValues: room(2 * 128 * 784 * 4),
  };
  const answers = room(1 << 16);
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  exports.useMemory(...Object.values(places));
  const floats = (place, count) => new Float32Array(memory.buffer, place, count);
  const signals = new Int32Array(memory.buffer, control, 16);
  if (threads > 1) await startHelper({ module, memory, places, control });
  let epochs = 0;

  return {
    exports,
    /** Where images are, for `exports.useImages`: lists of the pixels that are not 0. */
    putImages({ pixels, count, classes }) {
      const bytes = Buffer.from(pixels, "base64");
      let nonzero = 0;
      for (const byte of bytes) if (byte !== 0) nonzero++;
      const at = [room(4 * (count + 1)), room(2 * nonzero), room(4 * nonzero), room(count)];
      const starts = new Uint32Array(memory.buffer, at[0], count + 1);
      const positions = new Uint16Array(memory.buffer, at[1], nonzero);
      const values = floats(at[2], nonzero);
      new Uint8Array(memory.buffer, at[3], count).set(classes);
      let place = 0;
      for (let image = 0; image < count; image++) {
        for (let k = 0; k < 784; k++) {
          const byte = bytes[image * 784 + k];
          if (byte === 0) continue;
          positions[place] = k;
          values[place++] = byte / 255;
        }
        starts[image + 1] = place;
      }
      return at;
    },
    /** Weights as float32 in base64, `[784, 128]` and `[128, 10]`; biases become zeros. */
    setWeights([first, second]) {
      const given = (text) => new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
      floats(places.weight0, 784 * 128).set(given(first));
      floats(places.bias0, 128).fill(0);
      const padded = floats(places.weight1, 128 * 12).fill(0);
      for (const [i, weight] of given(second).entries()) padded[Math.floor(i / 10) * 12 + (i % 10)] = weight;
      floats(places.bias1, 12).fill(0);
    },
    /** The digits that it sees in the first images, 65,536 at most. */
    classesOf(count) {
      exports.classesOf(count, answers);
      return [...new Uint8Array(memory.buffer, answers, count)];
    },
    /** Goes through the images at `images` once. */
    epoch(images, count, batch, rate) {
      exports.useImages(...images);
      if (threads === 1) {
        exports.epoch(0, 1, count, batch, rate);
        return;
      }
      signals.set([count, batch, ...images], 2);
      floats(control + 32, 1)[0] = rate;
      Atomics.store(signals, 0, ++epochs);
      Atomics.notify(signals, 0);
      exports.epoch(0, 2, count, batch, rate);
      while (Atomics.load(signals, 1) !== epochs);
    },
  };
}

async function startHelper(workerData) {
  const worker = new Worker(new URL("./mlp-helper.mjs", import.meta.url), { workerData });
  await once(worker, "message");
  worker.unref();
}
