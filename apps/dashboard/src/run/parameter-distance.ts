import type { StoredArrays } from "@gradwerk/nn/checkpoint";
import type { TypedArray } from "@gradwerk/tensor";
import type { ParameterDistance, StepDistance } from "./backend-comparison.ts";

/** How far the parameters of two networks of the same shapes are apart. Their dtypes may differ. */
export function parameterDistances(own: StoredArrays, other: StoredArrays): ParameterDistance[] {
  return Object.entries(own).map(([parameter, { values }]) => ({
    parameter,
    ...distanceOf(values, other[parameter].values),
  }));
}

/** The largest differences among those of all parameters. */
export function largestDistance(
  distances: readonly ParameterDistance[],
): Pick<StepDistance, "absolute" | "relative"> {
  return {
    absolute: Math.max(0, ...distances.map(({ absolute }) => absolute)),
    relative: Math.max(0, ...distances.map(({ relative }) => relative)),
  };
}

function distanceOf(own: TypedArray, other: TypedArray): Omit<ParameterDistance, "parameter"> {
  let differing = 0;
  let absolute = 0;
  let size = 0;
  for (let i = 0; i < own.length; i++) {
    const [a, b] = [own[i], other[i]];
    // Also 0 and -0 have other bits.
    if (!Object.is(a, b)) differing++;
    absolute = Math.max(absolute, Math.abs(a - b));
    size = Math.max(size, Math.abs(a), Math.abs(b));
  }
  return { count: own.length, differing, absolute, relative: size === 0 ? 0 : absolute / size };
}
