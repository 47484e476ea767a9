import {
  conv2d,
  convTranspose2d,
  dropout,
  equal,
  gatherRows,
  type OpName,
  type OpTable,
  pad,
  scatterAddRows,
  type Tensor,
  where,
} from "@gradwerk/tensor";
import {
  batchNormGradients,
  conv2dWeightGradient,
  layerNormGradients,
  linearGradients,
  pool2dGradient,
  softmaxCrossEntropyGradient,
} from "@gradwerk/tensor/training";
import {
  geluSlope,
  once,
  productOfOthers,
  shareOf,
  spread,
  sumTo,
  toExtremes,
  unreached,
} from "./gradient-parts.ts";

/**
 * How an op passes a gradient back. Given `g`, the derivative of the loss by the op's output, a rule gives one
 * function per input that computes the derivative of the loss by that input, or `undefined` where there is none.
 * Functions, because most inputs of a network (its images, say) need no gradient: then nothing is computed. `needs`
 * says which inputs will be asked for, to rules that compute several gradients in one go.
 */
export type GradientRule<Op extends OpName> = (
  g: Tensor,
  inputs: OpTable[Op]["inputs"],
  output: Tensor,
  attributes: OpTable[Op]["attributes"],
  needs: readonly boolean[],
) => readonly ((() => Tensor) | undefined)[];

/** The rule of ops that are constant almost everywhere, or whose result is no real number: nothing flows back. */
export const notDifferentiable = (): readonly undefined[] => [];

/**
 * Backpropagation, one op at a time: each line is the chain rule for one op, in terms of ops. A rule's own ops can
 * be recorded again, so that gradients have gradients.
 *
 * Inputs of one op have equal shapes: broadcasting was an `expand` before it.
 */
export const gradients: { readonly [Op in OpName]: GradientRule<Op> } = {
  // y = s(x w + b), h = g s'             dx = h w^T          dw = x^T h          db = sum of h over the batch
  linear: (g, [x, w], y, { activation }, [needsX]) => {
    const all = once(() => linearGradients(g, x, w, y, activation, needsX));
    return [() => all().x ?? g, () => all().weight, () => all().bias];
  },
  // the same for x = scale images[rows], which are given and learn nothing
  sparseLinear: (g, [images, rows, w], y, { scale, activation }) => {
    const x = once(() => gatherRows(images, rows).cast(w.dtype).mul(scale));
    const all = once(() => linearGradients(g, x(), w, y, activation, false));
    return [undefined, undefined, () => all().weight, () => all().bias];
  },
  // y = a b (matrices)                   da = g b^T          db = a^T g
  matmul: (g, [a, b]) => [() => g.matmul(b.transpose()), () => a.transpose().matmul(g)],

  // y = 1 / (1 + e^-x)                   dx = g y (1 - y)
  sigmoid: (g, _, y) => [() => g.mul(y).mul(y.neg().add(1))],
  // y = max(x, 0)                        dx = g where y > 0, and 0 at 0
  relu: (g, _, y) => [() => where(y.greater(0), g, 0)],
  // y = x where x > 0, else a x          dx = g where x > 0, else a g
  leakyRelu: (g, [x], _, { slope }) => [() => where(x.greater(0), g, g.mul(slope))],
  // y = x where x > 0, else a (e^x - 1)  dx = g where x > 0, else g (y + a)
  elu: (g, [x], y, { alpha }) => [() => where(x.greater(0), g, g.mul(y.add(alpha)))],
  // y = x P(x), P the normal integral    dx = g (P(x) + x p(x)), p = P' the bell curve
  gelu: (g, [x], _, { approximate }) => [() => g.mul(geluSlope(x, approximate))],
  // y = x s(x), s the sigmoid            dx = g s (1 + x (1 - s))
  silu: (g, [x]) => {
    const s = once(() => x.sigmoid());
    return [() => g.mul(s()).mul(x.mul(s().neg().add(1)).add(1))];
  },
  // y = ln(1 + e^(b x)) / b              dx = g s(b x), s the sigmoid
  softplus: (g, [x], _, { beta }) => [() => g.mul(x.mul(beta).sigmoid())],
  // y = e^x / sum of e^x                 dx = y (g - sum of g y)
  softmax: (g, _, y, { axis }) => [() => y.mul(g.sub(g.mul(y).sum({ axes: axis, keepDims: true })))],
  // y = x - ln sum of e^x                dx = g - e^y sum of g
  logSoftmax: (g, _, y, { axis }) => [() => g.sub(y.exp().mul(g.sum({ axes: axis, keepDims: true })))],
  // y = tanh x                           dx = g (1 - y^2)
  tanh: (g, _, y) => [() => g.mul(y.square().neg().add(1))],

  // y = a + b                            da = g              db = g
  add: (g) => [() => g, () => g],
  // y = a - b                            da = g              db = -g
  sub: (g) => [() => g, () => g.neg()],
  // y = a b                              da = g b            db = g a
  mul: (g, [a, b]) => [() => g.mul(b), () => g.mul(a)],
  // y = a / b                            da = g / b          db = -g y / b
  div: (g, [, b], y) => [() => g.div(b), () => g.mul(y).div(b).neg()],
  // y = a^b                              da = g b a^(b-1)    db = g y ln a, and 0 where a = 0
  pow: (g, [a, b], y) => [
    () => g.mul(b).mul(where(b.equal(0), 0, a.pow(b.sub(1)))),
    () => g.mul(where(a.equal(0), 0, y.mul(where(a.equal(0), 1, a).log()))),
  ],
  // y = max(a, b)                        g goes to the larger; equals share it
  maximum: (g, [a, b]) => [
    () => g.mul(shareOf(a.greater(b), equal(a, b), g)),
    () => g.mul(shareOf(b.greater(a), equal(a, b), g)),
  ],
  // y = min(a, b)                        g goes to the smaller; equals share it
  minimum: (g, [a, b]) => [
    () => g.mul(shareOf(a.less(b), equal(a, b), g)),
    () => g.mul(shareOf(b.less(a), equal(a, b), g)),
  ],

  // y = -x                               dx = -g
  neg: (g) => [() => g.neg()],
  // y = |x|                              dx = g sign x, and 0 at 0
  abs: (g, [x]) => [() => g.mul(x.sign())],
  // y = sqrt x                           dx = g / (2 y)
  sqrt: (g, _, y) => [() => g.div(y.mul(2))],
  // y = e^x                              dx = g y
  exp: (g, _, y) => [() => g.mul(y)],
  // y = e^x - 1                          dx = g (y + 1)
  expm1: (g, _, y) => [() => g.mul(y.add(1))],
  // y = ln x                             dx = g / x
  log: (g, [x]) => [() => g.div(x)],
  // y = ln(1 + x)                        dx = g / (1 + x)
  log1p: (g, [x]) => [() => g.div(x.add(1))],
  // y = sin x                            dx = g cos x
  sin: (g, [x]) => [() => g.mul(x.cos())],
  // y = cos x                            dx = -g sin x
  cos: (g, [x]) => [() => g.mul(x.sin()).neg()],
  // y = erf x                            dx = g 2 e^(-x^2) / sqrt(pi)
  erf: (g, [x]) => [
    () =>
      g.mul(
        x
          .square()
          .neg()
          .exp()
          .mul(2 / Math.sqrt(Math.PI)),
      ),
  ],
  // y = x between two bounds             dx = g there, bounds included, and 0 outside
  clip: (g, [x], _, { low, high }) => [() => where(x.greaterEqual(low).mul(x.lessEqual(high)), g, 0)],
  sign: notDifferentiable,
  floor: notDifferentiable,
  ceil: notDifferentiable,
  round: notDifferentiable,

  equal: notDifferentiable,
  notEqual: notDifferentiable,
  less: notDifferentiable,
  lessEqual: notDifferentiable,
  greater: notDifferentiable,
  greaterEqual: notDifferentiable,
  // y = c ? a : b                        da = c ? g : 0      db = c ? 0 : g
  where: (g, [c]) => [undefined, () => where(c, g, 0), () => where(c, 0, g)],

  // y = x in another dtype               dx = g in x's
  cast: (g, [x]) => [() => g.cast(x.dtype)],

  // y = sum of x                         dx = g for every element
  sum: (g, [x], _, { axes }) => [() => spread(g, x.shape, axes)],
  // y = product of x                     dx = g times the product of all the others
  prod: (g, [x], _, { axes }) => [() => spread(g, x.shape, axes).mul(productOfOthers(x, axes))],
  // y = max of x                         g goes to the largest; equals share it
  max: (g, [x], y, { axes }) => [() => toExtremes(g, x, y, axes)],
  // y = min of x                         g goes to the smallest; equals share it
  min: (g, [x], y, { axes }) => [() => toExtremes(g, x, y, axes)],
  argmax: notDifferentiable,
  argmin: notDifferentiable,
  // y = ln sum of e^x                    dx = g e^(x - y), the softmax
  logsumexp: (g, [x], y, { axes }) => [
    () => spread(g, x.shape, axes).mul(x.sub(spread(y, x.shape, axes)).exp()),
  ],
  // y_i = x_0 + ... + x_i                dx_i = g_i + g_i+1 + ...
  cumsum: (g, _, __, { axis }) => [() => g.flip(axis).cumsum(axis).flip(axis)],

  // y = x in another shape               dx = g in x's
  reshape: (g, [x]) => [() => g.reshape(x.shape)],
  // y = x with axes in another order     dx = g with them back in theirs
  permute: (g, _, __, { order }) => [() => g.permute(order.map((_, axis) => order.indexOf(axis)))],
  // y = x repeated                       dx = sum of g over the repetitions
  expand: (g, [x]) => [() => sumTo(g, x.shape)],
  // y = part of x                        dx = g there, 0 elsewhere
  slice: (g, [x], _, { axis, start, step }) => [
    () => {
      const count = g.shape[axis];
      const end = count === 0 ? start : start + (count - 1) * step + 1;
      const places = x.shape.map((extent, i): [number, number, number] =>
        i === axis ? [start, extent - end, step - 1] : [0, 0, 0],
      );
      return pad(g, places);
    },
  ],
  // y = x in reverse                     dx = g in reverse
  flip: (g, _, __, { axes }) => [() => g.flip(axes)],
  // y = x with a border                  dx = g without it
  pad: (g, [x], _, { padding }) => [
    () =>
      padding.reduce(
        (inner, [before, , between = 0], axis) =>
          inner.slice(
            axis,
            before,
            before + Math.max(x.shape[axis] - 1, 0) * (between + 1) + Math.min(x.shape[axis], 1),
            between + 1,
          ),
        g,
      ),
  ],
  // y = a, b, ... one after the other    da, db, ... = their parts of g
  concat: (g, tensors, _, { axis }) => {
    let end = 0;
    return tensors.map((tensor) => {
      const start = end;
      end += tensor.shape[axis];
      const stop = end;
      return () => g.slice(axis, start, stop);
    });
  },

  // y_i = table_n(i)                     dtable_n = sum of g_i over all i with n(i) = n
  gatherRows: (g, [table, indices]) => [
    () => scatterAddRows(g.device.zeros(table.shape, { dtype: g.dtype }), indices, g),
    undefined,
  ],
  // y = base, y_n(i) += rows_i           dbase = g           drows_i = g_n(i)
  scatterAddRows: (g, [, indices]) => [() => g, undefined, () => g.gatherRows(indices)],
  argsort: notDifferentiable,

  // y = x * w + b, a convolution         dx = g transposed-* w    dw = how g meets x    db = sum of g per channel
  conv2d: (g, [x, w], _, attributes) => [
    () => convTranspose2d(g, w, { ...attributes, outputPadding: unreached(x, g, w, attributes) }),
    () => conv2dWeightGradient(g, x, w.shape, attributes),
    () => g.sum({ axes: [0, 2, 3] }),
  ],
  // y = x transposed-* w                 dx = g * w               dw = how x meets g
  convTranspose2d: (g, [x, w], _, attributes) => [
    () => conv2d(g, w, attributes),
    () => conv2dWeightGradient(x, g, w.shape, attributes),
  ],
  // y = largest or mean of each window   dx = g at the first largest, or its share everywhere
  pool2d: (g, [x], _, attributes) => [() => pool2dGradient(g, x, attributes)],

  // y = z scale + shift, z = (x - mean) / deviation
  // dx = (h - mean of h - z mean of h z) / deviation, h = g scale     dscale = sum of g z     dshift = sum of g
  layerNorm: (g, [x, scale], _, { epsilon, statistics }) => {
    const all = once(() => layerNormGradients(g, x, scale, epsilon, statistics));
    return [() => all().x, () => all().scale, () => all().shift];
  },
  // the same formula over batch and space instead of over each sample
  batchNorm: (g, [x, scale], _, attributes) => {
    const all = once(() => batchNormGradients(g, x, scale, attributes));
    return [() => all().x, () => all().scale, () => all().shift];
  },
  // y = x / (1 - rate) or 0              dx = g / (1 - rate) or 0: the same key drops the same places
  dropout: (g, [, key], _, { rate }) => [() => dropout(g, key, { rate }), undefined],

  // y = -sum of t ln p, p = softmax(x)   dx = g (p - t)
  softmaxCrossEntropy: (g, [x, labels], _, { labelSmoothing, probabilities }) => [
    () => softmaxCrossEntropyGradient(g, x, labels, labelSmoothing, probabilities),
    undefined,
  ],

  // y = f(inputs)                        the caller's own rule, zeros where it gives none
  custom: (g, inputs, _, { backward }) => {
    const all = once(() => backward(g));
    return inputs.map(
      (input, i) => () => all()[i] ?? input.device.zeros(input.shape, { dtype: input.dtype }),
    );
  },
};
