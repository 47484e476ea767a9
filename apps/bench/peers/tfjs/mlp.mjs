// 784-128-10 in TensorFlow.js: its optimiser on a loss, as its own guide does it.
import { batchesOf, floatsOf, imagesOf } from "../javascript/payload.mjs";
import { libraryOn } from "./library.mjs";

export async function prepare(payload, { backend }) {
  const tf = await libraryOn(backend);
  const [inputs, hidden, outputs] = payload.sizes;
  const setOf = (packed) => ({ x: imagesOf(packed), classes: packed.classes });
  const sets = Object.fromEntries(
    ["images", "dense"].map((name) => {
      const { train, test } = payload[name];
      return [name, { train: setOf(train), test: setOf(test) }];
    }),
  );

  return {
    version: tf.version.tfjs,
    dtype: "float32",
    async run(caseId) {
      const { data, batch, optimizer, rate, epochs } = payload.trainings[caseId];
      const { train, test } = sets[data];
      const w0 = tf.variable(tf.tensor2d(floatsOf(payload.weights[0]), [inputs, hidden]));
      const w1 = tf.variable(tf.tensor2d(floatsOf(payload.weights[1]), [hidden, outputs]));
      const b0 = tf.variable(tf.zeros([hidden]));
      const b1 = tf.variable(tf.zeros([outputs]));
      const predict = (x) => x.matMul(w0).add(b0).relu().matMul(w1).add(b1);
      const chosen = optimizer === "sgd" ? tf.train.sgd(rate) : tf.train.adam(rate);
      let [lossSum, hits, steps] = [0, 0, 0];
      const started = performance.now();
      for (const { images, labels } of batchesOf(train, batch, epochs)) {
        tf.tidy(() => {
          const x = tf.tensor2d(images, [batch, inputs]);
          const classes = tf.tensor1d(labels, "int32");
          const targets = tf.oneHot(classes, outputs);
          const loss = chosen.minimize(() => {
            const logits = predict(x);
            hits += logits.argMax(1).equal(classes).sum().dataSync()[0];
            return tf.losses.softmaxCrossEntropy(targets, logits);
          }, true);
          lossSum += loss.dataSync()[0];
        });
        steps++;
        if (steps % 20 === 0 && performance.now() - started > payload.secondsAtMost * 1000) break;
      }
      const seconds = (performance.now() - started) / 1000;
      if (!Number.isFinite(lossSum + hits)) throw new Error(`the loss is ${lossSum}`);
      const right = tf.tidy(
        () =>
          predict(tf.tensor2d(test.x, [test.classes.length, inputs]))
            .argMax(1)
            .equal(tf.tensor1d(test.classes, "int32"))
            .sum()
            .dataSync()[0],
      );
      tf.dispose([w0, w1, b0, b1]);
      chosen.dispose();
      return { value: (steps * batch) / seconds, proof: [steps * batch, right / test.classes.length] };
    },
  };
}
