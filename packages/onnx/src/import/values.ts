import { type Device, type DType, Tensor } from "@gradwerk/tensor";
import { OnnxError } from "../errors.ts";
import type { ElementType, OnnxTensor } from "../format/tensors.ts";

/**
 * Numbers that are known before anything runs: constants, shapes, and what is computed from them. Files keep sizes,
 * axes and indices in tensors; here they stay plain numbers, so that nothing has to be read back from the device.
 */
export interface Known {
  readonly elementType: ElementType;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** A value while a graph runs. */
export type Value = Tensor | Known;

/** What is computed in plain numbers has at most this many elements; anything larger goes to the device. */
export const knownAtMost = 4096;

/** Whether a value is plain numbers. */
export function isKnown(value: Value): value is Known {
  return !(value instanceof Tensor);
}

/** A constant of a file as plain numbers. */
export function knownOf({ elementType, shape, values }: OnnxTensor): Known {
  if (!(values instanceof BigInt64Array)) return { elementType, shape, values };
  // Whole numbers beyond 2^53 are open ends, as in slices; they stay far away.
  return { elementType, shape, values: Float64Array.from(values, Number) };
}

/** Whole numbers along one axis, as the shape operators give them. */
export function wholeNumbers(values: readonly number[]): Known {
  return { elementType: "int64", shape: [values.length], values };
}

/** The dtype in which elements of a file's type are computed; `float` is that of the run. */
export function dtypeFor(type: ElementType, float: DType): DType {
  if (type === "float32" || type === "float64") return float;
  return type === "bool" || type === "uint8" ? "uint8" : "int32";
}

/**
 * The value on the device.
 *
 * @throws OnnxError `data-type` for an int64 that an int32 does not hold
 */
export function onDevice(device: Device, value: Value, float: DType): Tensor {
  if (!isKnown(value)) return value;
  const { elementType, shape, values } = value;
  const dtype = dtypeFor(elementType, float);
  const numbers = Float64Array.from(values);
  const tooLarge = dtype === "int32" ? numbers.find((number) => number !== (number | 0)) : undefined;
  if (tooLarge !== undefined) {
    throw new OnnxError(
      "data-type",
      `the whole number ${tooLarge} does not fit into int32, in which this would be computed.`,
    );
  }
  if (dtype === "float64") return device.tensor(numbers, { shape });
  if (dtype === "float32") return device.tensor(Float32Array.from(numbers), { shape });
  return device.tensor(dtype === "int32" ? Int32Array.from(numbers) : Uint8Array.from(numbers), { shape });
}
