import type { DType, TypedArray, TypedArrays } from "../backend.ts";
import { TensorError } from "../errors.ts";

/** The typed array class of each dtype. */
const arrayClasses: {
  readonly [Name in DType]: {
    new (length: number): TypedArrays[Name];
    from(values: ArrayLike<number>): TypedArrays[Name];
  };
} = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array };

/** From narrow to wide: of two dtypes that meet in an op, the later one is the result's. */
export const promotionOrder: readonly DType[] = ["uint8", "int32", "float32", "float64"];

/** A typed array of the dtype, zeros. */
export function emptyArray(dtype: DType, length: number): TypedArray {
  return new arrayClasses[dtype](length);
}

/** The bytes that `length` elements take. */
export function bytesOf(dtype: DType, length: number): number {
  return dtype === "float64" ? 8 * length : dtype === "uint8" ? length : 4 * length;
}

/** `true` for float32 and float64. */
export function isFloat(dtype: DType): boolean {
  return dtype === "float32" || dtype === "float64";
}

/**
 * A typed array of the dtype with these values; floats are rounded. The array itself where it already is one.
 *
 * @throws TensorError `value` for a number that an integer dtype does not hold
 */
export function toTypedArray(op: string, dtype: DType, values: TypedArray | readonly number[]): TypedArray {
  if (ArrayBuffer.isView(values) && dtypeOf(values) === dtype) return values;
  if (!isFloat(dtype)) {
    for (let i = 0; i < values.length; i++) {
      if (holds(dtype, values[i])) continue;
      throw new TensorError(
        "value",
        `${op}: ${dtype} does not hold ${values[i]}, value ${i} of ${values.length}. Round it, or choose another dtype.`,
      );
    }
  }
  return arrayClasses[dtype].from(values);
}

/**
 * The dtype whose typed array this is.
 *
 * @throws TensorError `dtype` for arrays that no dtype has
 */
export function dtypeOf(values: ArrayBufferView): DType {
  for (const dtype of promotionOrder) if (values instanceof arrayClasses[dtype]) return dtype;
  throw new TensorError(
    "dtype",
    `tensor: ${values.constructor.name} is no dtype's array. Use Float32Array, Float64Array, Int32Array or Uint8Array.`,
  );
}

/** Whether a dtype holds a number without changing it; floats hold any, rounded. */
export function holds(dtype: DType, value: number): boolean {
  if (typeof value !== "number") return false;
  if (isFloat(dtype)) return true;
  return dtype === "int32" ? value === (value | 0) : value === (value & 0xff);
}

/** The wider of two dtypes: uint8, int32, float32, float64 in this order, as PyTorch promotes. */
export function promote(a: DType, b: DType): DType {
  return promotionOrder.indexOf(a) >= promotionOrder.indexOf(b) ? a : b;
}

/**
 * Checks that a dtype is one of those an op works on.
 *
 * @throws TensorError `dtype`
 */
export function requireFloat(op: string, dtype: DType): void {
  if (!isFloat(dtype)) {
    throw new TensorError(
      "dtype",
      `${op}: needs float32 or float64, got ${dtype}. Convert first: x.cast("float32").`,
    );
  }
}
