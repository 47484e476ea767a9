import { requireFloat } from "../core/dtype.ts";
import type { Shape } from "../core/shape.ts";
import type { Device } from "../device.ts";
import { add } from "../ops/arithmetic/add.ts";
import { mul } from "../ops/arithmetic/mul.ts";
import { rsqrt } from "../ops/arithmetic/rsqrt.ts";
import { sub } from "../ops/arithmetic/sub.ts";
import { mean } from "../ops/reduction/mean.ts";
import { variance } from "../ops/reduction/variance.ts";
import type { Tensor } from "../tensor.ts";
import { deviceOf } from "./device-of.ts";
import { checkFit, checkOneDtype } from "./fit.ts";
import { checkNumber } from "./options.ts";

/** What every normalisation is told. */
export interface NormalizationOptions {
  /** Added to the variance, so that nothing is divided by 0. Default: 1e-5. */
  readonly epsilon?: number;
}

/** The three gradients of a normalisation. */
export interface NormalizationGradients {
  readonly x: Tensor;
  readonly scale: Tensor;
  readonly shift: Tensor;
}

/**
 * Checks what normalisations share and gives the device.
 *
 * @param others parameters by name
 * @param shapeOf the shape that all parameters must have, once x is known to be a tensor
 * @throws TensorError `dtype`, `shape`, `value`
 */
export function checkNormalization(
  op: string,
  x: Tensor,
  others: Readonly<Record<string, Tensor>>,
  shapeOf: () => Shape,
  epsilon: number,
): Device {
  const device = deviceOf(op, x, ...Object.values(others));
  const shape = shapeOf();
  requireFloat(op, x.dtype);
  for (const [name, tensor] of Object.entries(others)) checkFit(op, name, tensor, shape, { x });
  checkOneDtype(op, { ...others, x });
  checkNumber(op, "epsilon", epsilon, " from 0 up");
  return device;
}

/** `(x - mean) / sqrt(variance + epsilon)` over the axes, in ops that a tape can follow. */
export function standardized(x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const options = { axes, keepDims: true };
  const inverseDeviation = rsqrt(add(variance(x, { ...options, correction: 0 }), epsilon));
  return mul(sub(x, mean(x, options)), inverseDeviation);
}

/**
 * The gradient of {@link standardized} by x, given that by its result:
 * `(g - mean of g - z mean of (g z)) / sqrt(variance + epsilon)` with z the standardised x.
 */
export function standardizedGradient(g: Tensor, x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const options = { axes, keepDims: true };
  const inverseDeviation = rsqrt(add(variance(x, { ...options, correction: 0 }), epsilon));
  const z = mul(sub(x, mean(x, options)), inverseDeviation);
  const centred = sub(sub(g, mean(g, options)), mul(z, mean(mul(g, z), options)));
  return mul(centred, inverseDeviation);
}
