// 784-128-10 in jax-js: one step, compiled with jit for each case.
import { jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { batchesOf, floatsOf, imagesOf } from "../javascript/payload.mjs";
import { version } from "./library.mjs";

const predict = ({ w0, b0, w1, b1 }, x) => np.matmul(nn.relu(np.matmul(x, w0).add(b0)), w1).add(b1);

function lossOf(weights, x, labels) {
  const logits = predict(weights, x);
  const hits = np.equal(np.argmax(logits.ref, 1), labels.ref).astype(np.float32).sum();
  const loss = nn.logSoftmax(logits, 1).mul(nn.oneHot(labels, 10)).sum(1).mean().mul(-1);
  return [loss, hits];
}

const lossAndSlopes = valueAndGrad(lossOf, { hasAux: true });

/** weights, state, rate -> weights, state; the rate is Adam's, corrected for its first steps. */
const optimizers = {
  sgd: (weights, slopes, state, rate) => {
    const next = tree.map((w, slope) => w.sub(slope.mul(rate.ref)), weights, slopes);
    rate.dispose();
    return [next, state];
  },
  adam: (weights, slopes, { first, second }, rate) => {
    const m = tree.map((old, slope) => old.mul(0.9).add(slope.mul(0.1)), first, tree.ref(slopes));
    const v = tree.map((old, slope) => old.mul(0.999).add(np.square(slope).mul(0.001)), second, slopes);
    const next = tree.map(
      (w, a, b) => w.sub(a.mul(rate.ref).div(np.sqrt(b).add(1e-8))),
      weights,
      tree.ref(m),
      tree.ref(v),
    );
    rate.dispose();
    return [next, { first: m, second: v }];
  },
};

export async function prepare(payload) {
  const [inputs, hidden, outputs] = payload.sizes;
  const setOf = (packed) => ({ x: imagesOf(packed), classes: packed.classes });
  const sets = Object.fromEntries(
    ["images", "dense"].map((name) => {
      const { train, test } = payload[name];
      return [name, { train: setOf(train), test: setOf(test) }];
    }),
  );
  const steps = Object.fromEntries(
    Object.entries(optimizers).map(([name, update]) => [
      name,
      jit((weights, state, rate, x, labels) => {
        const [[loss, hits], slopes] = lossAndSlopes(tree.ref(weights), x, labels);
        return [...update(weights, slopes, state, rate), loss, hits];
      }),
    ]),
  );
  const known = jit((weights, x, labels) =>
    np
      .equal(np.argmax(predict(weights, x), 1), labels)
      .astype(np.float32)
      .sum(),
  );

  return {
    version,
    dtype: "float32",
    async run(caseId) {
      const { data, batch, optimizer, rate, epochs } = payload.trainings[caseId];
      const { train, test } = sets[data];
      let weights = {
        w0: np.array(floatsOf(payload.weights[0])).reshape([inputs, hidden]),
        b0: np.zeros([hidden]),
        w1: np.array(floatsOf(payload.weights[1])).reshape([hidden, outputs]),
        b1: np.zeros([outputs]),
      };
      const zeros = () => tree.map((w) => np.zeros(w.shape), weights);
      let state = optimizer === "adam" ? { first: zeros(), second: zeros() } : {};
      let [loss, hits] = [np.zeros([]), np.zeros([])];
      let count = 0;
      const started = performance.now();
      for (const { images, labels } of batchesOf(train, batch, epochs)) {
        count++;
        const corrected =
          optimizer === "adam" ? (rate * Math.sqrt(1 - 0.999 ** count)) / (1 - 0.9 ** count) : rate;
        let [stepLoss, stepHits] = [];
        [weights, state, stepLoss, stepHits] = steps[optimizer](
          weights,
          state,
          np.array(Float32Array.of(corrected)).reshape([]),
          np.array(images).reshape([batch, inputs]),
          np.array(labels, { dtype: np.int32 }),
        );
        loss = loss.add(stepLoss);
        hits = hits.add(stepHits);
        if (count % 100 !== 0) continue;
        await hits.ref.data();
        if (performance.now() - started > payload.secondsAtMost * 1000) break;
      }
      await Promise.all([loss.data(), hits.data()]);
      const seconds = (performance.now() - started) / 1000;
      const right = await known(
        weights,
        np.array(test.x).reshape([test.classes.length, inputs]),
        np.array(Int32Array.from(test.classes), { dtype: np.int32 }),
      ).data();
      tree.dispose(state);
      return { value: (count * batch) / seconds, proof: [count * batch, right[0] / test.classes.length] };
    },
  };
}
