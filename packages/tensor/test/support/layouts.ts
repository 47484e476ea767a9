import type { Device, DType, Tensor } from "@gradwerk/tensor";

/** The ways in which a tensor's elements may lie in memory. */
export const layoutKinds = ["contiguous", "transposed", "sliced", "spread", "flipped"] as const;
export type LayoutKind = (typeof layoutKinds)[number];

/** A tensor with these values (row-major) and this shape whose elements lie in memory as `kind` says. */
export function laidOut(
  device: Device,
  kind: LayoutKind,
  values: ArrayLike<number>,
  shape: readonly number[],
  dtype: DType = "float64",
): Tensor {
  if (kind === "contiguous") return device.tensor(Float64Array.from(values), { shape, dtype });
  if (kind === "flipped") {
    return device.tensor(Float64Array.from(values).reverse(), { shape, dtype }).flip();
  }
  if (kind === "transposed") {
    const reversed = [...shape].reverse();
    const swapped = indicesOf(reversed).map((index) => elementAt(values, shape, [...index].reverse()));
    return device
      .tensor(Float64Array.from(swapped), { shape: reversed, dtype })
      .permute(shape.map((_, axis) => shape.length - 1 - axis));
  }
  if (kind === "spread") {
    const gapped = Array.from(values).flatMap((value) => [value, 99]);
    const pairs = device.tensor(Float64Array.from(gapped), { shape: [...shape, 2], dtype });
    return pairs.slice(-1, 0, 1).reshape(shape);
  }
  const padded = shape.map((extent) => extent + 3);
  const surrounded = indicesOf(padded).map((index) => {
    const inner = index.map((i) => i - 1);
    return inner.every((i, axis) => i >= 0 && i < shape[axis]) ? elementAt(values, shape, inner) : 99;
  });
  let tensor = device.tensor(Float64Array.from(surrounded), { shape: padded, dtype });
  for (const [axis, extent] of shape.entries()) tensor = tensor.slice(axis, 1, 1 + extent);
  return tensor;
}

/** Every index into a shape, in row-major order. */
export function indicesOf(shape: readonly number[]): number[][] {
  let found: number[][] = [[]];
  for (const extent of shape) {
    found = found.flatMap((index) => Array.from({ length: extent }, (_, i) => [...index, i]));
  }
  return found;
}

/**
 * The element of row-major `values` that NumPy's broadcasting shows at an index into a larger shape: axes are aligned
 * at the end, and an axis of size 1 has one element for all.
 */
export function elementAt(
  values: ArrayLike<number>,
  shape: readonly number[],
  index: readonly number[],
): number {
  const missing = index.length - shape.length;
  let position = 0;
  for (const [axis, extent] of shape.entries()) {
    position = position * extent + (extent === 1 ? 0 : index[axis + missing]);
  }
  return values[position];
}

/** The values of a tensor as plain numbers, row-major. */
export function valuesOf(tensor: Tensor): number[] {
  return Array.from(tensor.dataSync());
}

/** The values of a tensor as nested arrays of its shape. */
export function nestedOf(tensor: Tensor): unknown {
  const values = valuesOf(tensor);
  const nest = ([extent, ...inner]: readonly number[], start: number): unknown => {
    if (extent === undefined) return values[start];
    const step = inner.reduce((size, n) => size * n, 1);
    return Array.from({ length: extent }, (_, i) => nest(inner, start + i * step));
  };
  return nest(tensor.shape, 0);
}

/** Numbers between -2 and 2 without pattern, the same in every run. */
export function mixedValues(count: number, seed: number = 1): number[] {
  return Array.from({ length: count }, (_, i) => 2 * Math.sin(12.9898 * (i + 1) + 78.233 * seed));
}
