import { TensorError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Checks tensors of indices: int32, each from 0 to below `extent`. The values are looked at where the device can
 * read at once; what was read once is remembered. Where it cannot, and while a step is traced, indices reach the kernels as
 * they are.
 *
 * @returns whether every index is known to lie inside
 * @throws TensorError `dtype`, `index` with the first one outside
 */
export function checkIndices(op: string, indices: Tensor, extent: number, what: string): boolean {
  requireIndices(op, indices);
  const [low, high] = rangeOf(indices) ?? [];
  if (low === undefined || high === undefined) return false;
  if (low >= 0 && high < extent) return true;
  // The range is that of the whole buffer; this tensor may show a part of it that is right.
  const values = indices.dataSync();
  const place = values.findIndex((index) => index < 0 || index >= extent);
  if (place < 0) return true;
  throw new TensorError(
    "index",
    `${op}: index ${values[place]} at place ${place} of the indices lies outside ${what}: ` +
      (extent === 0 ? "there are none." : `give whole numbers from 0 to ${extent - 1}.`),
  );
}

/** @throws TensorError `dtype` */
export function requireIndices(op: string, indices: Tensor): void {
  if (indices.dtype !== "int32") {
    throw new TensorError(
      "dtype",
      `${op}: indices must be int32, got ${indices.dtype}. Convert: indices.cast("int32").`,
    );
  }
}

// The smallest and largest number in the buffer below the tensor, read once and kept until it is written to. A trace
// knows nothing of them: a program is replayed on others.
function rangeOf({ storage, device }: Tensor): readonly [number, number] | undefined {
  const { backend, trace } = device;
  if (trace !== undefined || backend.readSync === undefined) return undefined;
  if (storage.range === undefined) {
    const values = backend.readSync(storage.buffer, 0, storage.length);
    let low = 0;
    let high = -1;
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    storage.range = [low, high];
  }
  return storage.range;
}
