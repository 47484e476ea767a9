// The article's experiment in TensorFlow.js: its optimiser on a loss, as its own guide does it.
import { imagesOf } from "../javascript/payload.mjs";
import { libraryOn } from "./library.mjs";

/** @param {{ backend: string }} placement `wasm` or `cpu` */
export async function prepare(payload, { backend }) {
  const tf = await libraryOn(backend);
  const [inputs, hidden, outputs] = payload.sizes;
  const trainImages = imagesOf(payload.train);
  const batches = payload.train.classes.map((digitClass, i) => ({
    x: tf.tensor2d(trainImages.subarray(i * inputs, (i + 1) * inputs), [1, inputs]),
    t: tf.tensor2d([[digitClass === 0 ? 1 : 0, digitClass === 1 ? 1 : 0]]),
  }));
  const testX = tf.tensor2d(imagesOf(payload.test), [payload.test.count, inputs]);
  const testClasses = tf.tensor1d(payload.test.classes, "int32");

  // Little-endian float64 [outputs, inputs] -> a float32 variable [inputs, outputs]
  const variable = (weights, rows, columns) => {
    const { buffer } = Uint8Array.from(Buffer.from(weights, "base64"));
    const values = Float32Array.from(new Float64Array(buffer));
    return tf.tidy(() => tf.variable(tf.tensor2d(values, [rows, columns]).transpose()));
  };

  return {
    version: tf.version.tfjs,
    dtype: "float32",
    async run(caseId) {
      const w0 = variable(payload.weights[0], hidden, inputs);
      const w1 = variable(payload.weights[1], outputs, hidden);
      const b0 = tf.variable(tf.ones([hidden]));
      const b1 = tf.variable(tf.ones([outputs]));
      const predict = (x) => x.matMul(w0).add(b0).sigmoid().matMul(w1).add(b1).sigmoid();
      const accuracy = () =>
        tf.tidy(() => predict(testX).argMax(1).equal(testClasses).sum().dataSync()[0] / payload.test.count);
      const optimizer = tf.train.sgd(payload.rate);

      const evaluateEach = caseId !== "train";
      const proof = [];
      const started = performance.now();
      for (const { x, t } of batches) {
        optimizer.minimize(() => predict(x).sub(t).square().sum().mul(0.5));
        if (evaluateEach) proof.push(accuracy());
      }
      b1.dataSync();
      const value = performance.now() - started;
      if (!evaluateEach) proof.push(accuracy());
      tf.dispose([w0, w1, b0, b1]);
      optimizer.dispose();
      return { value, proof };
    },
  };
}
