// What a call costs in jax-js: an identity compiled with jit, and one op, computed at once.
import { jit, numpy as np } from "@jax-js/jax";
import { overheadOf } from "../javascript/repeat.mjs";
import { version } from "./library.mjs";

export async function prepare({ times }) {
  const x = np.array(Float32Array.from({ length: 8 }, (_, i) => i + 1));
  const identity = jit((y) => y);
  return {
    version,
    dtype: "float32",
    async run(caseId) {
      if (caseId === "replay") {
        const value = overheadOf(() => identity(x.ref).dispose(), times);
        return { value, proof: [times] };
      }
      let result = [];
      const value = overheadOf(() => {
        result = x.ref.add(x.ref).dataSync();
      }, times);
      return { value, proof: [times, ...result] };
    },
  };
}
