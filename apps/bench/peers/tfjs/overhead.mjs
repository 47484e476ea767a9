// What one small op costs in TensorFlow.js. There is nothing to replay.
import { overheadOf } from "../javascript/repeat.mjs";
import { libraryOn } from "./library.mjs";

export async function prepare({ times }, { backend }) {
  const tf = await libraryOn(backend);
  const x = tf.tensor1d([1, 2, 3, 4, 5, 6, 7, 8]);
  return {
    version: tf.version.tfjs,
    dtype: "float32",
    cases: ["op"],
    async run() {
      let sum = x.add(x);
      const value = overheadOf(() => {
        sum.dispose();
        sum = x.add(x);
      }, times);
      const proof = [times, ...sum.dataSync()];
      sum.dispose();
      return { value, proof };
    },
  };
}
