// 784-128-10 as fast as this engine lets it be: see mlp-kernels.ts. It learns in the order of the file.
import { openNetwork } from "./mlp-network.mjs";

export async function prepare(payload, { threads }) {
  const network = await openNetwork(threads);
  const { train, test } = payload.images;
  const trainAt = network.putImages(train);
  const testAt = network.putImages(test);

  return {
    version: "workspace",
    dtype: "float32",
    cases: ["batch 32", "batch 128"],
    async run(caseId) {
      const { batch, rate, epochs } = payload.trainings[caseId];
      network.setWeights(payload.weights);
      const started = performance.now();
      for (let i = 0; i < epochs; i++) network.epoch(trainAt, train.count, batch, rate);
      const seconds = (performance.now() - started) / 1000;
      network.exports.useImages(...testAt);
      let hits = 0;
      for (const [i, digit] of test.classes.entries()) if (network.exports.classOf(i) === digit) hits++;
      const images = epochs * Math.floor(train.count / batch) * batch;
      return { value: images / seconds, proof: [images, hits / test.count] };
    },
  };
}
