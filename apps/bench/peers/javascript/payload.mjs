// What workloads give to their programs, as typed arrays.

/** Bytes 0 to 255 -> numbers 0 to 1, `[count, 784]` row-major. */
export function imagesOf({ pixels }) {
  return Float32Array.from(Buffer.from(pixels, "base64"), (pixel) => pixel / 255);
}

/** Little-endian float32 in base64 -> an array of its own. */
export function floatsOf(text) {
  return new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
}

/** The numbers from 0 on in random order; another seed gives another one. */
export function shuffled(count, seed) {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  let state = seed + 1;
  for (let i = count - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const j = Math.floor(((state >>> 0) / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/**
 * Goes through a set in shuffled batches, as floats and classes.
 *
 * @param {{ x: Float32Array, classes: ArrayLike<number> }} set
 */
export function* batchesOf({ x, classes }, batch, epochs) {
  const width = x.length / classes.length;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = shuffled(classes.length, epoch);
    for (let first = 0; first + batch <= order.length; first += batch) {
      const images = new Float32Array(batch * width);
      const labels = new Int32Array(batch);
      for (let i = 0; i < batch; i++) {
        const row = order[first + i];
        images.set(x.subarray(row * width, (row + 1) * width), i * width);
        labels[i] = classes[row];
      }
      yield { images, labels };
    }
  }
}
