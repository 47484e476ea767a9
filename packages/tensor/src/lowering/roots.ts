import { sqrt } from "../ops/arithmetic/sqrt.ts";
import { equal } from "../ops/logic/equal.ts";
import { where } from "../ops/logic/where.ts";
import type { Tensor } from "../tensor.ts";

/**
 * The square root of what is never negative, with derivative 0 at 0 instead of an infinite one: a deviation or a
 * length of 0 has no direction in which it grows.
 */
export function sqrtWithFlatZero(x: Tensor): Tensor {
  const isZero = equal(x, 0);
  return where(isZero, 0, sqrt(where(isZero, 1, x)));
}
