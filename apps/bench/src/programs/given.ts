import type { Initializer } from "@gradwerk/nn";

/** First weights that all systems begin with, as they lie here. */
export function given(values: Float32Array): Initializer {
  return (device, shape, dtype, name) => device.tensor(values, { shape, dtype, name });
}
