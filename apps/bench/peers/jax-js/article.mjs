// The article's experiment in jax-js: one step, compiled with jit.
import { jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { imagesOf } from "../javascript/payload.mjs";
import { version } from "./library.mjs";

export async function prepare(payload) {
  const [inputs, hidden, outputs] = payload.sizes;
  const trainX = imagesOf(payload.train);
  const batches = payload.train.classes.map((digit, i) => ({
    x: np.array(trainX.slice(i * inputs, (i + 1) * inputs)).reshape([1, inputs]),
    t: np
      .array(Float32Array.from({ length: outputs }, (_, o) => (o === digit ? 1 : 0)))
      .reshape([1, outputs]),
  }));
  const testX = np.array(imagesOf(payload.test)).reshape([payload.test.count, inputs]);
  const testClasses = np.array(Int32Array.from(payload.test.classes), { dtype: np.int32 });

  const predict = ({ w0, b0, w1, b1 }, x) =>
    nn.sigmoid(np.matmul(nn.sigmoid(np.matmul(x, w0).add(b0)), w1).add(b1));
  const loss = (weights, x, t) => np.square(predict(weights, x).sub(t)).sum().mul(0.5);
  const step = jit((weights, x, t) => {
    const [value, slopes] = valueAndGrad(loss)(tree.ref(weights), x, t);
    return [tree.map((w, slope) => w.sub(slope.mul(payload.rate)), weights, slopes), value];
  });
  const hits = jit((weights, x, classes) =>
    np
      .equal(np.argmax(predict(weights, x), 1), classes)
      .astype(np.float32)
      .sum(),
  );

  // Little-endian float64 [outputs, inputs] -> float32 [inputs, outputs]
  const weightOf = (text, rows, columns) => {
    const values = Float32Array.from(new Float64Array(Uint8Array.from(Buffer.from(text, "base64")).buffer));
    return np.array(values).reshape([rows, columns]).transpose();
  };

  return {
    version,
    dtype: "float32",
    async run(caseId) {
      let weights = {
        w0: weightOf(payload.weights[0], hidden, inputs),
        b0: np.ones([hidden]),
        w1: weightOf(payload.weights[1], outputs, hidden),
        b1: np.ones([outputs]),
      };
      const accuracy = async () =>
        (await hits(tree.ref(weights), testX.ref, testClasses.ref).data())[0] / payload.test.count;
      const evaluateEach = caseId !== "train";
      const proof = [];
      const started = performance.now();
      let value;
      for (const { x, t } of batches) {
        value?.dispose();
        [weights, value] = step(weights, x.ref, t.ref);
        if (evaluateEach) proof.push(await accuracy());
      }
      await value.data();
      const milliseconds = performance.now() - started;
      if (!evaluateEach) proof.push(await accuracy());
      tree.dispose(weights);
      return { value: milliseconds, proof };
    },
  };
}
