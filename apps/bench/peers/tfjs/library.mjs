import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";

/** The library, on its backend `wasm` or `cpu`. */
export async function libraryOn(backend) {
  if (!(await tf.setBackend(backend)))
    throw new Error(`TensorFlow.js cannot use its backend ${backend} here.`);
  await tf.ready();
  return tf;
}
