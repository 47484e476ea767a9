import type { Device, DType, Tensor } from "@gradwerk/tensor";
import fc from "fast-check";
import { type LayoutKind, laidOut, layoutKinds, mixedValues } from "./layouts.ts";

/** A tensor to be made on a device. */
export interface AnyTensor {
  readonly kind: LayoutKind;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Tensors of any shape and layout with numbers between -2 and 2, or whole ones of which many are equal. */
export function anyTensor({
  minRank = 0,
  minExtent = 0,
  whole = false,
}: {
  readonly minRank?: number;
  readonly minExtent?: number;
  readonly whole?: boolean;
} = {}): fc.Arbitrary<AnyTensor> {
  return fc
    .record({
      kind: fc.constantFrom(...layoutKinds),
      shape: fc.array(fc.integer({ min: minExtent, max: 4 }), { minLength: minRank, maxLength: 4 }),
      seed: fc.nat({ max: 999 }),
    })
    .map(({ kind, shape, seed }) => {
      const values = mixedValues(
        shape.reduce((a, b) => a * b, 1),
        seed,
      );
      return { kind, shape, values: whole ? values.map((value) => Math.round(value) + 0) : values };
    });
}

export function made(device: Device, { kind, shape, values }: AnyTensor, dtype: DType = "float64"): Tensor {
  return laidOut(device, kind, values, shape, dtype);
}
