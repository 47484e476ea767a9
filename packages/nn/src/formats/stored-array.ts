import { type DType, formatShape, type Shape, type TypedArray } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";

/** Numbers as a file holds them, on no device. */
export interface StoredArray {
  readonly dtype: DType;
  readonly shape: Shape;
  /** Row-major, as many as the shape says, in the typed array of the dtype. */
  readonly values: TypedArray;
}

/** Arrays by name. */
export type StoredArrays = Readonly<Record<string, StoredArray>>;

const arrayClasses: Readonly<Record<DType, new () => TypedArray>> = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
};

/** How many elements a shape has; `undefined` where that is no exact number any more. */
export function countOf(shape: Shape): number | undefined {
  let count = 1;
  for (const extent of shape) {
    count *= extent;
    if (count > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return count;
}

/**
 * Checks an array that is to be written.
 *
 * @throws NnError `option` where dtype, shape and values do not belong together
 */
export function checkStoredArray(caller: string, name: string, { dtype, shape, values }: StoredArray): void {
  const refuse = (problem: string): NnError =>
    new NnError("option", `${caller}: array ${JSON.stringify(name)} ${problem}`);
  if (!Object.hasOwn(arrayClasses, dtype)) {
    throw refuse(`has the dtype ${dtype}; one of ${Object.keys(arrayClasses).join(", ")} can be written.`);
  }
  if (!(values instanceof arrayClasses[dtype])) {
    throw refuse(
      `has the dtype ${dtype} and values in ${values?.constructor?.name}. Give a ${arrayClasses[dtype].name}.`,
    );
  }
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    throw refuse(`has the shape ${formatShape(shape)}; extents are whole numbers from 0 up.`);
  }
  if (countOf(shape) !== values.length) {
    throw refuse(`has the shape ${formatShape(shape)} and ${values.length} values. Make them fit.`);
  }
}
