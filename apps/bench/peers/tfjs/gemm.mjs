// Products in TensorFlow.js.
import { floatsOf } from "../javascript/payload.mjs";
import { secondsEach } from "../javascript/repeat.mjs";
import { libraryOn } from "./library.mjs";

export async function prepare(payload, { backend }) {
  const tf = await libraryOn(backend);
  const [a, b] = [floatsOf(payload.a), floatsOf(payload.b)];
  return {
    version: tf.version.tfjs,
    dtype: "float32",
    // Its cpu backend takes minutes for more.
    ...(backend === "cpu" ? { cases: ["n = 256", "n = 512", "128 x 784 x 128"] } : {}),
    async run(caseId) {
      const [m, k, n] = payload.sizes[caseId];
      const left = tf.tensor2d(a.slice(0, m * k), [m, k]);
      const right = tf.tensor2d(b.slice(0, k * n), [k, n]);
      let product = left.matMul(right);
      const seconds = await secondsEach(
        () => {
          product.dispose();
          product = left.matMul(right);
        },
        async () => product.slice([0, 0], [1, 1]).dataSync(),
      );
      const values = product.dataSync();
      tf.dispose([left, right, product]);
      const proof = payload.shown.map((share) => values[Math.floor(share * m * n)]);
      return { value: (2 * m * k * n) / seconds / 1e9, proof };
    },
  };
}
