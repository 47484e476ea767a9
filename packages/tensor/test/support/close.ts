import type { Tensor } from "@gradwerk/tensor";
import { expect } from "vitest";
import { valuesOf } from "./layouts.ts";

/**
 * Expects the numbers of a tensor (or an array) to be those expected, each within `tolerance` of its size or of 1.
 * NaN and infinities must be the same.
 */
export function expectClose(
  found: Tensor | readonly number[],
  expected: ArrayLike<number>,
  tolerance: number = 1e-13,
): void {
  const values = "dataSync" in found ? valuesOf(found) : found;
  expect(values).toHaveLength(expected.length);
  for (const [i, value] of values.entries()) {
    const wanted = expected[i];
    const isClose =
      Object.is(value, wanted) ||
      value === wanted ||
      Math.abs(value - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
    if (!isClose) expect({ place: i, value }).toEqual({ place: i, value: wanted });
  }
}
