// The classes of images in jax-js, compiled with jit.
import { jit, nn, numpy as np, tree } from "@jax-js/jax";
import { floatsOf, imagesOf } from "../javascript/payload.mjs";
import { answers } from "../javascript/repeat.mjs";
import { version } from "./library.mjs";

export async function prepare(payload) {
  const [inputs, hidden, outputs] = payload.sizes;
  const weights = {
    w0: np.array(floatsOf(payload.weights[0])).reshape([inputs, hidden]),
    b0: np.zeros([hidden]),
    w1: np.array(floatsOf(payload.weights[1])).reshape([hidden, outputs]),
    b1: np.zeros([outputs]),
  };
  const images = imagesOf(payload.images);
  const { count } = payload.images;
  const rowsOf = (start, end) =>
    np.array(images.slice(start * inputs, end * inputs)).reshape([end - start, inputs]);
  const single = Array.from({ length: count }, (_, i) => rowsOf(i, i + 1));
  const all = rowsOf(0, count);
  const classify = jit(({ w0, b0, w1, b1 }, x) =>
    np.argmax(np.matmul(nn.relu(np.matmul(x, w0).add(b0)), w1).add(b1), 1),
  );
  const classesOf = (start, end) =>
    classify(tree.ref(weights), (end - start === count ? all : single[start]).ref).data();
  return { version, dtype: "float32", run: (caseId) => answers(caseId, classesOf, count) };
}
