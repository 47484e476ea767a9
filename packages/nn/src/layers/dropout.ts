import { dropout, sizeOf, type Tensor } from "@gradwerk/tensor";
import { foldIn } from "@gradwerk/tensor/draws";
import { NnError } from "../errors.ts";
import { drawsOf } from "./initializers.ts";
import type { Layer } from "./layer.ts";
import { pyTorchNames } from "./py-torch-form.ts";

/** What a dropout layer keeps. */
export interface DropoutParameters {
  /** Of the next draw, int32 `[4]`: another after each step, so that a run that goes on from a checkpoint drops alike. */
  readonly key: Tensor;
}

/**
 * While the network learns: numbers set to 0 at random, the others made larger so that the expected sum stays. Else
 * nothing.
 *
 * @param rate the chance of a number to be dropped, from 0 up, below 1
 * @throws NnError `option`
 * @see N. Srivastava et al., JMLR 15 (2014); torch.nn.Dropout
 */
export function dropoutLayer(rate: number = 0.5): Layer<DropoutParameters> {
  if (!(rate >= 0 && rate < 1)) {
    throw new NnError("option", `dropoutLayer: rate must be from 0 up and below 1, got ${rate}.`);
  }
  return {
    name: `dropout ${rate}`,
    outputShape: (input) => input,
    initialize: (device, _, start = {}) => ({ key: drawsOf(start).nextKey(device) }),
    apply({ key }, x, pass) {
      if (!pass?.training) return x;
      pass.replace(key, foldIn(key, 1));
      return dropout(x, key, { rate });
    },
    pyTorch: pyTorchNames({ key: null }),
    flops: sizeOf,
  };
}
