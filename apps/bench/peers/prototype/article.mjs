// The article's experiment as fast as one thread of this engine lets it be: see article-kernels.ts.
import { compile } from "./compile.mjs";

const pages = 512;

export async function prepare(payload, { threads }) {
  const module = await compile(new URL("./article-kernels.ts", import.meta.url), [
    "--initialMemory",
    `${pages}`,
  ]);
  const memory = new WebAssembly.Memory({ initial: pages });
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  let top = 65536;
  const room = (bytes) => {
    const place = top;
    top = (top + bytes + 63) & ~63;
    return place;
  };
  const { train, test } = payload;
  const bytes = Buffer.concat([train, test].map(({ pixels }) => Buffer.from(pixels, "base64")));
  const count = train.count + test.count;
  const nonzero = bytes.reduce((sum, byte) => sum + (byte === 0 ? 0 : 1), 0);
  const at = [4 * (count + 1), 2 * nonzero, 8 * nonzero, count, 784 * 80, 80, 160, 16, 80].map(room);
  exports.useMemory(...at);
  const floats = (place, length) => new Float64Array(memory.buffer, place, length);
  const starts = new Uint32Array(memory.buffer, at[0], count + 1);
  const positions = new Uint16Array(memory.buffer, at[1], nonzero);
  const values = floats(at[2], nonzero);
  new Uint8Array(memory.buffer, at[3], count).set([...train.classes, ...test.classes]);
  let place = 0;
  for (let image = 0; image < count; image++) {
    for (let k = 0; k < 784; k++) {
      const byte = bytes[image * 784 + k];
      if (byte === 0) continue;
      positions[place] = k;
      values[place++] = Math.fround(byte / 255);
    }
    starts[image + 1] = place;
  }
  // Given as [outputs, inputs]
  const setWeight = (where, text, outputs, inputs) => {
    const given = new Float64Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
    const weight = floats(where, inputs * outputs);
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < inputs; i++) weight[i * outputs + o] = given[o * inputs + i];
    }
  };
  const accuracy = () => exports.hitsIn(train.count, count) / test.count;

  return {
    version: "workspace",
    dtype: "float64",
    ...(threads === 1 ? {} : { cases: [] }),
    async run(caseId) {
      setWeight(at[4], payload.weights[0], 10, 784);
      floats(at[5], 10).fill(1);
      setWeight(at[6], payload.weights[1], 2, 10);
      floats(at[7], 2).fill(1);
      const proof = [];
      const started = performance.now();
      if (caseId === "train") {
        exports.train(0, train.count, payload.rate);
      } else {
        for (let i = 0; i < train.count; i++) {
          exports.train(i, i + 1, payload.rate);
          proof.push(accuracy());
        }
      }
      const value = performance.now() - started;
      if (caseId === "train") proof.push(accuracy());
      return { value, proof };
    },
  };
}
