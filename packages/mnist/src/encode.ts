import { MnistError } from "./errors.ts";

/** The element types that networks compute in. */
export type FloatType = "float32" | "float64";

/**
 * Pixels from 0 to 1: float32(pixel) / float32(255), rounded to float32. For float64 that same float32 value is
 * widened, so that both types start from equal numbers, as NumPy does with `images.astype("float32") / 255`.
 *
 * @returns as many values as pixels, in new memory.
 *
 * @example
 * ```ts
 * import { normalizePixels } from "@gradwerk/mnist";
 *
 * normalizePixels(Uint8Array.of(0, 51, 255), "float32"); // Float32Array [0, 0.2, 1]
 * ```
 */
export function normalizePixels(pixels: Uint8Array, type: "float32"): Float32Array;
export function normalizePixels(pixels: Uint8Array, type: "float64"): Float64Array;
export function normalizePixels(pixels: Uint8Array, type: FloatType): Float32Array | Float64Array;
export function normalizePixels(pixels: Uint8Array, type: FloatType): Float32Array | Float64Array {
  // The quotient in double precision rounds to the same float32 as a division in float32 (53 >= 2 * 24 + 2 bits).
  const quotients = Float32Array.from({ length: 256 }, (_, pixel) => pixel / 255);
  const values = newFloats(type, pixels.length);
  for (let i = 0; i < pixels.length; i++) values[i] = quotients[pixels[i] ?? 0] ?? 0;
  return values;
}

/**
 * One row per class index: 1 in that class's column, 0 elsewhere.
 *
 * @param classes - [count] class indices.
 * @returns [count, classCount], row major.
 * @throws {@link MnistError} `class-range` for a class that has no column.
 *
 * @example
 * ```ts
 * import { oneHot } from "@gradwerk/mnist";
 *
 * oneHot(Uint8Array.of(1, 0), 2, "float64"); // Float64Array [0, 1, 1, 0]
 * ```
 */
export function oneHot(classes: ArrayLike<number>, classCount: number, type: "float32"): Float32Array;
export function oneHot(classes: ArrayLike<number>, classCount: number, type: "float64"): Float64Array;
export function oneHot(
  classes: ArrayLike<number>,
  classCount: number,
  type: FloatType,
): Float32Array | Float64Array;
export function oneHot(
  classes: ArrayLike<number>,
  classCount: number,
  type: FloatType,
): Float32Array | Float64Array {
  const rows = newFloats(type, classes.length * classCount);
  for (let i = 0; i < classes.length; i++) {
    const column = classes[i] ?? -1;
    if (!Number.isInteger(column) || column < 0 || column >= classCount) {
      throw new MnistError("class-range", {
        problem: `one-hot: class ${i} has no column`,
        expected: `a whole number from 0 to ${classCount - 1}`,
        found: String(column),
        remedy: "Pass a larger class count, or class indices instead of labels.",
      });
    }
    rows[i * classCount + column] = 1;
  }
  return rows;
}

function newFloats(type: FloatType, length: number): Float32Array | Float64Array {
  return type === "float32" ? new Float32Array(length) : new Float64Array(length);
}
