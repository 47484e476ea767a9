import type { Activation, DType } from "../../backend.ts";
import { requireFloat } from "../../core/dtype.ts";
import { expandLayout } from "../../core/layout.ts";
import { checkShape, type Shape, sizeOf } from "../../core/shape.ts";
import type { Device } from "../../device.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkFit, checkForm, checkOneDtype } from "../../lowering/fit.ts";
import { fusedResult } from "../../lowering/fused.ts";
import { asMatrices, checkInnerSizes } from "../../lowering/matrices.ts";
import { checkChoice } from "../../lowering/options.ts";
import { viewedAs } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";
import { relu } from "../activation/relu.ts";
import { sigmoid } from "../activation/sigmoid.ts";
import { tanh } from "../arithmetic/tanh.ts";
import { reshape } from "../shape/reshape.ts";

/** What `linear` does to its sum. */
export interface LinearOptions {
  /** Default: `none`. */
  readonly activation?: Activation;
}

/**
 * What a dense layer computes: `activation(x w + b)`.
 *
 * ```ts
 * // [B, 784] x [784, 10] + [10] -> [B, 10]
 * linear(images, weight, bias);
 * ```
 *
 * `x` is `[..., I]`, `weight` `[I, O]`, `bias` `[O]`, the result `[..., O]`; all float32 or all float64. A fused
 * kernel: a backend that lacks it gets the decomposition below.
 *
 * @throws TensorError `shape`, `value` for an unknown activation, `dtype` (no promotion here: a layer has one dtype), `device-mismatch`, `use-after-free`
 * @see torch.nn.functional.linear, which stores weights as `[O, I]`
 */
export function linear(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  { activation = "none" }: LinearOptions = {},
): Tensor {
  const device = deviceOf("linear", x, weight, bias);
  checkLinear("linear", x, weight, bias);
  checkActivation("linear", activation);
  const shape = [...x.shape.slice(0, -1), weight.shape[1]];
  checkShape("linear", shape);
  if (x.rank !== 2) {
    return device.scope(() => {
      const rows = reshape(x, [sizeOf(x.shape.slice(0, -1)), weight.shape[0]]);
      return reshape(linear(rows, weight, bias, { activation }), shape);
    });
  }
  return device.asOne("linear", [x, weight, bias], { activation }, () => {
    const fused = fusedResult("linear", "linear", x.dtype, shape, [x, weight, bias], { activation });
    return fused ?? activated(decomposed(device, x, weight, bias), activation);
  });
}

/** @throws TensorError `value` */
export function checkActivation(op: string, activation: Activation): void {
  checkChoice(op, "activation", activation, ["none", "relu", "sigmoid", "tanh"]);
}

/** `activation(x)` as ops that a tape can follow. */
export function activated(x: Tensor, activation: Activation): Tensor {
  if (activation === "relu") return relu(x);
  if (activation === "sigmoid") return sigmoid(x);
  return activation === "tanh" ? tanh(x) : x;
}

// Each row of the result starts as the bias; the product is added to it.
function decomposed(device: Device, x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const [m, n] = [x.shape[0], weight.shape[1]];
  const out = device.allocate("linear", x.dtype, [m, n]);
  device.run("copy", [out.view], [{ ...bias.view, ...expandLayout(bias.layout, out.shape) }], {});
  const left = asMatrices(x);
  const right = asMatrices(weight);
  device.run("matmul", [viewedAs(out, [1, m, n]).view], [left.view, right.view], {
    transposeA: left.transposed,
    transposeB: right.transposed,
    accumulate: true,
  });
  return out;
}

/** @throws TensorError `shape`, `dtype` */
export function checkLinear(
  op: string,
  x: { readonly shape: Shape; readonly dtype: DType },
  weight: Tensor,
  bias: Tensor,
): void {
  requireFloat(op, x.dtype);
  checkOneDtype(op, { weight, x, bias });
  const fits = x.shape.length > 0 && weight.rank === 2;
  checkForm(op, fits, "x [..., I] and weight [I, O]", x, weight);
  checkInnerSizes(op, x.shape, weight.shape);
  checkFit(op, "the bias", bias, [weight.shape[1]], { weight });
}
