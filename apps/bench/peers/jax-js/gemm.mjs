// Products in jax-js.
import { numpy as np } from "@jax-js/jax";
import { floatsOf } from "../javascript/payload.mjs";
import { secondsEach } from "../javascript/repeat.mjs";
import { version } from "./library.mjs";

export async function prepare(payload) {
  const [a, b] = [floatsOf(payload.a), floatsOf(payload.b)];
  return {
    version,
    dtype: "float32",
    async run(caseId) {
      const [m, k, n] = payload.sizes[caseId];
      const left = np.array(a.slice(0, m * k)).reshape([m, k]);
      const right = np.array(b.slice(0, k * n)).reshape([k, n]);
      let product = np.matmul(left.ref, right.ref);
      const seconds = await secondsEach(
        () => {
          product.dispose();
          product = np.matmul(left.ref, right.ref);
          // Ops wait until somebody wants their result.
          product.ref.blockUntilReady();
        },
        () => product.ref.data(),
      );
      const values = await product.data();
      left.dispose();
      right.dispose();
      const proof = payload.shown.map((share) => values[Math.floor(share * m * n)]);
      return { value: (2 * m * k * n) / seconds / 1e9, proof };
    },
  };
}
