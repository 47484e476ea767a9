import {
  type Device,
  type DType,
  groupNorm,
  layerNorm,
  rmsNorm,
  type Shape,
  sizeOf,
  type Tensor,
} from "@gradwerk/tensor";
import { checkCounts, checkEpsilon, checkSample, toldInput } from "./extents.ts";
import type { Layer } from "./layer.ts";
import { type PyTorchForm, pyTorchNames } from "./py-torch-form.ts";

/** What layer and group norm learn. */
export interface NormalizationParameters {
  readonly scale: Tensor;
  readonly shift: Tensor;
}

/** How a normalising layer is made. */
export interface NormalizationLayerOptions {
  /** Keeps the division away from 0. Default: 1e-5. */
  readonly epsilon?: number;
}

const affine: PyTorchForm = pyTorchNames({ scale: { name: "weight" }, shift: { name: "bias" } });

/**
 * Each sample, or each token of one, brought to mean 0 and variance 1 over its last axis, then scaled and shifted.
 *
 * @throws NnError `option`, `layer-shape`
 * @see J. Ba et al., arXiv:1607.06450; torch.nn.LayerNorm
 */
export function layerNormLayer(options: NormalizationLayerOptions = {}): Layer<NormalizationParameters> {
  checkEpsilon("layerNormLayer", options);
  return {
    name: "layerNorm",
    outputShape: (input) => withAxes("layerNorm", input, 1),
    initialize(device, dtype, { input } = {}) {
      const units = toldInput("layerNorm", input).slice(-1);
      return affineParameters("layerNorm", device, units, dtype);
    },
    apply: ({ scale, shift }, x) => layerNorm(x, scale, shift, options),
    pyTorch: affine,
    flops: (input) => 5 * sizeOf(input),
  };
}

/**
 * Each sample brought to mean 0 and variance 1 over groups of its channels, then every channel scaled and shifted.
 *
 * @param groups divides the channels
 * @throws NnError `option`, `layer-size`, `layer-shape` for channels that groups do not divide
 * @see Y. Wu, K. He, arXiv:1803.08494; torch.nn.GroupNorm
 */
export function groupNormLayer(
  groups: number,
  options: NormalizationLayerOptions = {},
): Layer<NormalizationParameters> {
  const name = `groupNorm ${groups}`;
  checkCounts("groupNormLayer", { groups });
  checkEpsilon("groupNormLayer", options);
  return {
    name,
    outputShape(input) {
      const fits = input.length > 0 && input[0] % groups === 0;
      checkSample(name, fits, `with channels that ${groups} divides first`, input, "Change the groups.");
      return input;
    },
    initialize(device, dtype, { input } = {}) {
      const channels = toldInput(name, input).slice(0, 1);
      return affineParameters(name, device, channels, dtype);
    },
    apply: ({ scale, shift }, x) => groupNorm(x, groups, scale, shift, options),
    pyTorch: affine,
    flops: (input) => 5 * sizeOf(input),
  };
}

/**
 * Each sample, or each token of one, divided by the root of its mean square over the last axis, then scaled.
 *
 * @throws NnError `option`, `layer-shape`
 * @see B. Zhang, R. Sennrich, arXiv:1910.07467; torch.nn.RMSNorm
 */
export function rmsNormLayer(options: NormalizationLayerOptions = {}): Layer<{ readonly scale: Tensor }> {
  checkEpsilon("rmsNormLayer", options);
  return {
    name: "rmsNorm",
    outputShape: (input) => withAxes("rmsNorm", input, 1),
    initialize: (device, dtype, { input } = {}) => ({
      scale: device.ones(toldInput("rmsNorm", input).slice(-1), { dtype, name: "rmsNorm scale" }),
    }),
    apply: ({ scale }, x) => rmsNorm(x, scale, options),
    pyTorch: affine,
    flops: (input) => 3 * sizeOf(input),
  };
}

function affineParameters(name: string, device: Device, shape: Shape, dtype: DType): NormalizationParameters {
  return {
    scale: device.ones(shape, { dtype, name: `${name} scale` }),
    shift: device.zeros(shape, { dtype, name: `${name} shift` }),
  };
}

function withAxes(name: string, input: Shape, least: number): Shape {
  checkSample(name, input.length >= least, "with a last axis of units", input, "It works on the last axis.");
  return input;
}
