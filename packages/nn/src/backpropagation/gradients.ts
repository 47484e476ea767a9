import {
  concat,
  equal,
  type OpName,
  type OpTable,
  type Shape,
  scatterAddRows,
  type Tensor,
  where,
} from "@gradwerk/tensor";

/**
 * How an op passes a gradient back. Given `g`, the derivative of the loss by the op's output, a rule gives one
 * function per input that computes the derivative of the loss by that input, or `undefined` where there is none.
 * Functions, because most inputs of a network (its images, say) need no gradient: then nothing is computed.
 */
export type GradientRule<Op extends OpName> = (
  g: Tensor,
  inputs: OpTable[Op]["inputs"],
  output: Tensor,
  attributes: OpTable[Op]["attributes"],
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
  // y = x w + b                          dx = g w^T          dw = x^T g          db = sum of g over the batch
  linear: (g, [x, w]) => [
    () => g.matmul(w.transpose()),
    () => x.transpose().matmul(g),
    () => g.sum({ axes: 0 }),
  ],
  // y = a b (matrices)                   da = g b^T          db = a^T g
  matmul: (g, [a, b]) => [() => g.matmul(b.transpose()), () => a.transpose().matmul(g)],

  // y = 1 / (1 + e^-x)                   dx = g y (1 - y)
  sigmoid: (g, _, y) => [() => g.mul(y).mul(y.neg().add(1))],
  // y = max(x, 0)                        dx = g where x > 0, and 0 at 0
  relu: (g, [x]) => [() => where(x.greater(0), g, 0)],
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

  // y = x in another shape               dx = g in x's
  reshape: (g, [x]) => [() => g.reshape(x.shape)],
  // y = x with axes in another order     dx = g with them back in theirs
  permute: (g, _, __, { order }) => [() => g.permute(order.map((_, axis) => order.indexOf(axis)))],
  // y = x repeated                       dx = sum of g over the repetitions
  expand: (g, [x]) => [() => sumTo(g, x.shape)],
  // y = part of x                        dx = g there, 0 elsewhere
  slice: (g, [x], _, { axis, start, end }) => [
    () => {
      const zeros = (length: number): Tensor =>
        g.device.zeros(x.shape.with(axis, length), { dtype: g.dtype });
      return concat([zeros(start), g, zeros(x.shape[axis] - end)], axis);
    },
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
};

// 1 where the condition holds, 1/2 where both are equal, else 0.
function shareOf(holds: Tensor, equals: Tensor, like: Tensor): Tensor {
  return holds.cast(like.dtype).add(equals.cast(like.dtype).mul(0.5));
}

// A reduced tensor brought back to the shape that it was reduced from.
function spread(reduced: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  const kept = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  return reduced.reshape(kept).expand(shape);
}

// The reverse of expand.
function sumTo(g: Tensor, shape: Shape): Tensor {
  const missing = g.rank - shape.length;
  const repeated = g.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < missing || shape[axis - missing] !== g.shape[axis]);
  return g.sum({ axes: repeated }).reshape(shape);
}

function toExtremes(g: Tensor, x: Tensor, y: Tensor, axes: readonly number[]): Tensor {
  const isExtreme = equal(x, spread(y, x.shape, axes)).cast(g.dtype);
  const count = isExtreme.sum({ axes, keepDims: true });
  return spread(g, x.shape, axes).mul(isExtreme.div(count));
}

// Without zeros it is the whole product divided by the element. One zero alone gets the product of the rest, and
// everything beside it gets 0; with two zeros all get 0.
function productOfOthers(x: Tensor, axes: readonly number[]): Tensor {
  const isZero = x.equal(0);
  const zeros = isZero.sum({ axes, keepDims: true });
  const nonzero = where(isZero, 1, x);
  const rest = nonzero.prod({ axes, keepDims: true }).div(nonzero);
  const otherZeros = zeros.sub(isZero.cast("int32"));
  return where(otherZeros.equal(0), rest, 0);
}
