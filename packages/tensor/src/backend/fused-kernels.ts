/**
 * The fused kernels that a backend may bring, by name. Each does in one pass what the core otherwise composes of
 * required kernels; the conformance kit compares the two. The rules of the contract in `backend.ts` hold, and
 * besides: every view is contiguous, inputs too; destinations overlap neither each other nor an input, but for
 * updates in place, whose destinations hold the old values; and where a sum would be over nothing, the core composes
 * instead of calling.
 *
 * Letters in shapes: B batch, I inputs, O outputs, C classes or channels, H and W height and width, KH and KW those of
 * a kernel, G groups, N count. All float views of one call share one dtype. Numbers that change while a captured
 * program is replayed (learning rate, step count, random counter) are inputs, not attributes.
 */
import type { DType, NoAttributes, View } from "../backend.ts";

/**
 * What a fused layer applies to its sum before it is written. It gives the bits of the sum written without one, followed
 * by the required kernel: `unary` for sigmoid and tanh, `maximum` with 0 for relu. Captured programs rely on that: there
 * an activation moves into the layer before it.
 */
export type Activation = "none" | "relu" | "sigmoid" | "tanh";

/** Distances of a two-dimensional window, `[vertical, horizontal]`. */
export interface Window2dAttributes {
  readonly stride: readonly [number, number];
  /** Zeros added before the first and after the last row, and column. */
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/** What a pooling window takes of its elements, and its size `[vertical, horizontal]`. */
export interface Pool2dAttributes extends Window2dAttributes {
  readonly op: "max" | "average";
  readonly size: readonly [number, number];
}

/** What a step of a chain reads or writes: an input or an output of the kernel, or what is needed in between. */
export interface ChainOperand {
  readonly kind: "input" | "output" | "temporary";
  readonly index: number;
}

/** One elementwise kernel within a chain. */
export interface ChainStep {
  readonly kernel: "unary" | "binary" | "compare" | "where" | "cast";
  /** One of the kernel's ops; empty for `where` and `cast`. */
  readonly op: string;
  /** The dtype of the first input, and that of the result. */
  readonly from: DType;
  readonly dtype: DType;
  readonly inputs: readonly ChainOperand[];
  readonly out: ChainOperand;
}

/** The fused kernels by name, each with its views and attributes. */
export interface FusedKernelSignatures {
  /**
   * Elementwise kernels one after the other over one shape, in one pass: each step as the required kernel of its name
   * does it, to the last bit. Up to 16 steps on up to 24 views and temporaries, of which `temporaries` are the dtypes.
   * All views have the same shape; inputs may have any strides here, and an input that overlaps an output is the very same
   * view. What a step reads is an input or was written by a step before it; once an output is written, no step reads an
   * input that is the same view.
   */
  elementwise: {
    out: readonly View[];
    inputs: readonly View[];
    attributes: { readonly steps: readonly ChainStep[]; readonly temporaries: readonly DType[] };
  };

  /** `y = activation(x w + b)`: x `[B, I]`, w `[I, O]`, b `[O]`, y `[B, O]`. */
  linear: {
    out: [y: View];
    inputs: [x: View, weight: View, bias: View];
    attributes: { readonly activation: Activation };
  };

  /**
   * From dy `[B, O]`: dw `[I, O]`, db `[O]`, and, where a third destination is given, dx `[B, I]`. `y` is what
   * `linear` gave: with `h = dy * activation'`, where relu' is 1 if y > 0 and else 0, sigmoid' `y (1 - y)` and tanh'
   * `1 - y^2`, `dw = x^T h`, db is the sum of h over the batch and `dx = h w^T`.
   */
  linearBackward: {
    out:
      | [weightGradient: View, biasGradient: View]
      | [weightGradient: View, biasGradient: View, inputGradient: View];
    inputs: [outputGradient: View, x: View, weight: View, y: View];
    attributes: { readonly activation: Activation };
  };

  /**
   * `y = activation(x w + b)` for images x `[B, I]`, of which only values other than 0 are read: `x[i]` is row
   * `rows[i]` of `images`, uint8 `[N, I]`, times `scale`; rows is int32 `[B]`, the others are as in `linear`. A row
   * number outside 0 to N - 1 stands for an image of zeros.
   */
  sparseLinear: {
    out: [y: View];
    inputs: [images: View, rows: View, weight: View, bias: View];
    attributes: { readonly scale: number; readonly activation: Activation };
  };

  /** `dw = x^T dy` for the same images: dw `[I, O]`, dy `[B, O]`; rows of dw whose input is zero everywhere are zeros. */
  sparseLinearGradient: {
    out: [weightGradient: View];
    inputs: [images: View, rows: View, outputGradient: View];
    attributes: { readonly scale: number };
  };

  /**
   * `y = scale * images[rows]`: rows of uint8 images `[N, I]` as floats `[B, I]`, zeros for a row outside. Each number is
   * one product in the dtype of y, scale rounded to it, as `gatherRows`, `cast` and `mul` give it.
   */
  gatherScaled: {
    out: [y: View];
    inputs: [images: View, rows: View];
    attributes: { readonly scale: number };
  };

  /**
   * `w -= learningRate * x^T dy` in place for the same images, dy `[B, O]`, touching only rows of w whose input is not
   * 0. A row number may occur several times. `learningRate` is a view of one element.
   */
  sparseLinearSgdUpdate: {
    out: [weight: View];
    inputs: [images: View, rows: View, outputGradient: View, learningRate: View];
    attributes: { readonly scale: number };
  };

  /** `y = softmax(x)` over the last axis of `[B, N]`, or its logarithm. */
  softmax: { out: [y: View]; inputs: [x: View]; attributes: { readonly logarithm: boolean } };

  /**
   * Per row: `loss[b] = -sum over c of target[c] log p[c]` with `p = softmax(logits[b])` and
   * `target[c] = (c = labels[b] ? 1 - labelSmoothing : 0) + labelSmoothing / C`; logits `[B, C]`, labels int32 `[B]`,
   * loss `[B]`, probabilities `[B, C]`. A target of 0 adds nothing, even where the logarithm is infinite. A row whose
   * label lies outside 0 to C - 1 is ignored: its loss is 0, its probabilities may be anything.
   */
  softmaxCrossEntropy: {
    out: [loss: View, probabilities: View];
    inputs: [logits: View, labels: View];
    attributes: { readonly labelSmoothing: number };
  };

  /** `dlogits[b] = (probabilities[b] - target) * dloss[b]`, and zeros for ignored rows. */
  softmaxCrossEntropyBackward: {
    out: [logitsGradient: View];
    inputs: [lossGradient: View, probabilities: View, labels: View];
    attributes: { readonly labelSmoothing: number };
  };

  /**
   * Plain gradient descent in place: `w -= learningRate * g`; with a second destination v (momentum):
   * `v = momentum v + g`, `w -= learningRate * v`, or with `nesterov` `w -= learningRate * (g + momentum v)`.
   * `weightDecay * w` is added to g first. `learningRate` is a view of one element.
   */
  sgdUpdate: {
    out: [weight: View] | [weight: View, velocity: View];
    inputs: [gradient: View, learningRate: View];
    attributes: { readonly momentum: number; readonly nesterov: boolean; readonly weightDecay: number };
  };

  /**
   * Adam in place (Kingma and Ba, 2015): `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2`,
   * `w -= learningRate * (m / (1 - beta1^step)) / (sqrt(v / (1 - beta2^step)) + epsilon)`. `weightDecay * w` is added
   * to g first; with `decoupled` (AdamW: Loshchilov and Hutter, 2019) `learningRate * weightDecay * w`, with w as it
   * was, is taken off w instead. `learningRate` and `step`, which counts from 1, are views of one element in w's dtype.
   */
  adamUpdate: {
    out: [weight: View, firstMoment: View, secondMoment: View];
    inputs: [gradient: View, learningRate: View, step: View];
    attributes: {
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly weightDecay: number;
      readonly decoupled: boolean;
    };
  };

  /**
   * Over the last axis of `[B, N]`: `y = (x - mean) / sqrt(variance + epsilon) * scale + shift`; scale and shift are
   * `[N]`, mean and inverseDeviation, `1 / sqrt(variance + epsilon)`, `[B]`. The variance is the biased one.
   */
  layerNorm: {
    out: [y: View, mean: View, inverseDeviation: View];
    inputs: [x: View, scale: View, shift: View];
    attributes: { readonly epsilon: number };
  };
  /** The gradients of the sum of `dy * y` by x, scale and shift; mean and deviation depend on x. */
  layerNormBackward: {
    out: [inputGradient: View, scaleGradient: View, shiftGradient: View];
    inputs: [outputGradient: View, x: View, scale: View, mean: View, inverseDeviation: View];
    attributes: NoAttributes;
  };

  /**
   * Over batch and space of `[B, C, N]`, per channel: the same formula with scale, shift, mean and variance `[C]`;
   * `mean` and `variance` (biased) are those of this batch.
   */
  batchNorm: {
    out: [y: View, mean: View, variance: View];
    inputs: [x: View, scale: View, shift: View];
    attributes: { readonly epsilon: number };
  };
  /** The gradients of the sum of `dy * y` by x, scale and shift; mean and variance depend on x. */
  batchNormBackward: {
    out: [inputGradient: View, scaleGradient: View, shiftGradient: View];
    inputs: [outputGradient: View, x: View, scale: View, mean: View, variance: View];
    attributes: { readonly epsilon: number };
  };

  /**
   * int32 `[N]` random bits of Philox 4x32-10: word i is word `i % 4` of the block with counter
   * `[floor(i / 4), 0, counter[0], counter[1]]` under `key` (both int32 `[2]`).
   */
  randomBits: { out: [bits: View]; inputs: [counter: View, key: View]; attributes: NoAttributes };

  /**
   * `y = keep ? x / (1 - rate) : 0`; element i is kept where its random word (as in `randomBits`, unsigned) is at
   * least `rate * 2^32`, or is `2^32 - 1`. The backward pass is the same kernel on the gradient. x of any one shape.
   */
  dropout: {
    out: [y: View];
    inputs: [x: View, counter: View, key: View];
    attributes: { readonly rate: number };
  };

  /**
   * `y = activation(x * w + bias)`: x `[B, C, H, W]`, weight `[O, C / G, KH, KW]`, bias `[O]` where it is given, y
   * `[B, O, H', W']`; cross-correlation, as everywhere in the field.
   * Outputs `g O / G` and on see the channels `g C / G` and on, as many as there are in group g.
   * `H' = floor((H + 2 padding - dilation (KH - 1) - 1) / stride) + 1`, and so is W'; in the backward kernels the views
   * say which H and W it was.
   */
  conv2d: {
    out: [y: View];
    inputs: [x: View, weight: View] | [x: View, weight: View, bias: View];
    attributes: Window2dAttributes & { readonly groups: number; readonly activation: "none" | "relu" };
  };
  conv2dBackwardInput: {
    out: [inputGradient: View];
    inputs: [outputGradient: View, weight: View];
    attributes: Window2dAttributes & { readonly groups: number };
  };
  conv2dBackwardWeight: {
    out: [weightGradient: View];
    inputs: [outputGradient: View, x: View];
    attributes: Window2dAttributes & { readonly groups: number };
  };

  /**
   * x `[B, C, H, W]`, y `[B, C, H', W']`, sizes as in `conv2d`. Padding is smaller than any value for `max`, minus
   * infinity too, and counts as zeros for `average`, which divides by the whole window. The gradient of `max` goes to
   * the first of equals in a window, row by row; a NaN counts as the largest.
   */
  pool2d: { out: [y: View]; inputs: [x: View]; attributes: Pool2dAttributes };
  pool2dBackward: {
    out: [inputGradient: View];
    inputs: [outputGradient: View, x: View];
    attributes: Pool2dAttributes;
  };

  /**
   * The order that sorts each row of x `[B, N]`: `order[b, 0]` is the place of the smallest (with `descending` the
   * largest) element, as int32. Equals stay in their order; NaN counts as the largest. Any dtype.
   */
  argsort: { out: [order: View]; inputs: [x: View]; attributes: { readonly descending: boolean } };
}
