// The classes of images in TensorFlow.js.
import { floatsOf, imagesOf } from "../javascript/payload.mjs";
import { answers } from "../javascript/repeat.mjs";
import { libraryOn } from "./library.mjs";

export async function prepare(payload, { backend }) {
  const tf = await libraryOn(backend);
  const [inputs, hidden, outputs] = payload.sizes;
  const w0 = tf.tensor2d(floatsOf(payload.weights[0]), [inputs, hidden]);
  const w1 = tf.tensor2d(floatsOf(payload.weights[1]), [hidden, outputs]);
  const b0 = tf.zeros([hidden]);
  const b1 = tf.zeros([outputs]);
  const { count } = payload.images;
  const all = tf.tensor2d(imagesOf(payload.images), [count, inputs]);
  const single = tf.split(all, count);
  const classesOf = (start, end) =>
    tf.tidy(() => {
      const x = end - start === count ? all : single[start];
      return x.matMul(w0).add(b0).relu().matMul(w1).add(b1).argMax(1).dataSync();
    });
  return { version: tf.version.tfjs, dtype: "float32", run: (caseId) => answers(caseId, classesOf, count) };
}
