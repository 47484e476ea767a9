import { type DType, maximumRank, type TypedArray } from "../backend.ts";
import { TensorError } from "../errors.ts";
import { dtypeOf } from "./dtype.ts";
import { checkShape, formatShape, type Shape } from "./shape.ts";

/** Numbers in arrays in arrays: `[[1, 2], [3, 4]]`. All arrays on one level have the same length. */
export type NestedNumbers = number | readonly NestedNumbers[];

/**
 * Nested arrays as one flat run of values, their shape, and the dtype they have by themselves: float32 for plain numbers.
 *
 * @throws TensorError `shape` with the place where a length differs or something is no number, `dtype` for a typed
 * array that no dtype has
 */
export function flattenNested(values: NestedNumbers | TypedArray): {
  values: TypedArray | readonly number[];
  shape: Shape;
  dtype: DType;
} {
  if (ArrayBuffer.isView(values)) return { values, shape: [values.length], dtype: dtypeOf(values) };
  const shape: number[] = [];
  for (let level: NestedNumbers = values; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    // An array that contains itself would go on for ever.
    if (shape.length > maximumRank) checkShape("tensor", shape);
  }
  const flat: number[] = [];
  const collect = (level: NestedNumbers, path: readonly number[]): void => {
    const expected = shape[path.length];
    if (typeof level === "number" && expected === undefined) {
      flat.push(level);
    } else if (Array.isArray(level) && level.length === expected) {
      for (const [i, inner] of level.entries()) collect(inner, [...path, i]);
    } else {
      const place = path.length === 0 ? "the outermost value" : `element [${path.join("][")}]`;
      const found = Array.isArray(level)
        ? `${level.length} values`
        : typeof level === "number"
          ? "a number"
          : String(level);
      const wanted = expected === undefined ? "a number" : `${expected} values`;
      throw new TensorError(
        "shape",
        `tensor: ${place} has ${found} where ${formatShape(shape)} needs ${wanted}. Make all rows equally long.`,
      );
    }
  };
  collect(values, []);
  return { values: flat, shape, dtype: "float32" };
}
