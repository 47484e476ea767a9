import { batchNorm, batchNormInference, type Shape, sizeOf, type Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { checkEpsilon, checkSample, toldInput } from "./extents.ts";
import type { Layer } from "./layer.ts";
import { pyTorchNames } from "./py-torch-form.ts";

/** What batch norm learns and what it gathers, one number per channel each: `[C]`. */
export interface BatchNormParameters {
  readonly scale: Tensor;
  readonly shift: Tensor;
  /** The running mean of the batches' means; for inference. */
  readonly runningMean: Tensor;
  /** The running mean of their variances, divided by one less than the number of elements. */
  readonly runningVariance: Tensor;
}

/** How batch norm is made. */
export interface BatchNormOptions {
  /** Keeps the division away from 0. Default: 1e-5. */
  readonly epsilon?: number;
  /** How much of each batch goes into the running statistics, from 0 to 1. Default: 0.1. */
  readonly momentum?: number;
}

/**
 * Every unit brought to mean 0 and variance 1 over the batch, then scaled and shifted; by the running statistics when
 * nothing is learned. Samples `[C]` or `[C, T]`.
 *
 * @throws NnError `option`, `layer-shape`
 * @see S. Ioffe, C. Szegedy, arXiv:1502.03167; torch.nn.BatchNorm1d
 */
export function batchNorm1dLayer(options: BatchNormOptions = {}): Layer<BatchNormParameters> {
  return batchNormOf("batchNorm1d", [1, 2], "[C] or [C, T]", options);
}

/**
 * Every channel of images brought to mean 0 and variance 1 over the batch and the image, then scaled and shifted; by the
 * running statistics when nothing is learned. Samples `[C, H, W]`.
 *
 * @throws NnError `option`, `layer-shape`
 * @see S. Ioffe, C. Szegedy, arXiv:1502.03167; torch.nn.BatchNorm2d
 */
export function batchNorm2dLayer(options: BatchNormOptions = {}): Layer<BatchNormParameters> {
  return batchNormOf("batchNorm2d", [3], "[C, H, W]", options);
}

function batchNormOf(
  name: string,
  ranks: readonly number[],
  wanted: string,
  { epsilon = 1e-5, momentum = 0.1 }: BatchNormOptions,
): Layer<BatchNormParameters> {
  checkEpsilon(`${name}Layer`, { epsilon });
  if (!(momentum >= 0 && momentum <= 1)) {
    throw new NnError("option", `${name}Layer: momentum must be from 0 to 1, got ${momentum}.`);
  }
  const outputShape = (input: Shape): Shape => {
    checkSample(name, ranks.includes(input.length), wanted, input, "Use the layer for samples of this rank.");
    return input;
  };
  return {
    name,
    outputShape,
    initialize(device, dtype, { input } = {}) {
      const channels = outputShape(toldInput(name, input)).slice(0, 1);
      const named = (what: string) => ({ dtype, name: `${name} ${what}` });
      return {
        scale: device.ones(channels, named("scale")),
        shift: device.zeros(channels, named("shift")),
        runningMean: device.zeros(channels, named("running mean")),
        runningVariance: device.ones(channels, named("running variance")),
      };
    },
    apply({ scale, shift, runningMean, runningVariance }, x, pass) {
      if (!pass?.training) {
        return batchNormInference(x, scale, shift, runningMean, runningVariance, { epsilon });
      }
      const { output, mean, variance } = batchNorm(x, scale, shift, { epsilon });
      const count = x.size / x.shape[1];
      const unbiased = count > 1 ? variance.mul(count / (count - 1)) : variance;
      pass.replace(runningMean, runningMean.mul(1 - momentum).add(mean.mul(momentum)));
      pass.replace(runningVariance, runningVariance.mul(1 - momentum).add(unbiased.mul(momentum)));
      return output;
    },
    isTrainable: (path) => path === "scale" || path === "shift",
    pyTorch: pyTorchNames({
      scale: { name: "weight" },
      shift: { name: "bias" },
      runningMean: { name: "running_mean" },
      runningVariance: { name: "running_var" },
    }),
    flops: (input) => 4 * sizeOf(input),
  };
}
