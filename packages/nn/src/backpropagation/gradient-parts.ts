import {
  type ConvolutionAttributes,
  equal,
  type GeluApproximation,
  type Shape,
  type Tensor,
  where,
} from "@gradwerk/tensor";

/** Runs `compute` when first asked and keeps what it gave: for gradients of several inputs that come in one go. */
export function once<Result>(compute: () => Result): () => Result {
  let result: Result | undefined;
  return () => {
    result ??= compute();
    return result;
  };
}

/** 1 where the condition holds, 1/2 where both are equal, else 0. */
export function shareOf(holds: Tensor, equals: Tensor, like: Tensor): Tensor {
  return holds.cast(like.dtype).add(equals.cast(like.dtype).mul(0.5));
}

/** A reduced tensor brought back to the shape that it was reduced from. */
export function spread(reduced: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  const kept = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  return reduced.reshape(kept).expand(shape);
}

/** The reverse of expand. */
export function sumTo(g: Tensor, shape: Shape): Tensor {
  const missing = g.rank - shape.length;
  const repeated = g.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < missing || shape[axis - missing] !== g.shape[axis]);
  return g.sum({ axes: repeated }).reshape(shape);
}

/** The gradient goes to the elements that equal the reduced value, in equal shares. */
export function toExtremes(g: Tensor, x: Tensor, y: Tensor, axes: readonly number[]): Tensor {
  const isExtreme = equal(x, spread(y, x.shape, axes)).cast(g.dtype);
  const count = isExtreme.sum({ axes, keepDims: true });
  return spread(g, x.shape, axes).mul(isExtreme.div(count));
}

/**
 * Without zeros it is the whole product divided by the element. One zero alone gets the product of the rest, and
 * everything beside it gets 0; with two zeros all get 0.
 */
export function productOfOthers(x: Tensor, axes: readonly number[]): Tensor {
  const isZero = x.equal(0);
  const zeros = isZero.sum({ axes, keepDims: true });
  const nonzero = where(isZero, 1, x);
  const rest = nonzero.prod({ axes, keepDims: true }).div(nonzero);
  const otherZeros = zeros.sub(isZero.cast("int32"));
  return where(otherZeros.equal(0), rest, 0);
}

/** The derivative of gelu: `P(x) + x p(x)`, or that of its approximation by tanh. */
export function geluSlope(x: Tensor, approximate: GeluApproximation): Tensor {
  if (approximate === "none") {
    const integral = x.mul(Math.SQRT1_2).erf().add(1).mul(0.5);
    const bell = x
      .square()
      .mul(-0.5)
      .exp()
      .mul(1 / Math.sqrt(2 * Math.PI));
    return integral.add(x.mul(bell));
  }
  // u = c (x + 0.044715 x^3): 1/2 (1 + tanh u) + x/2 (1 - tanh^2 u) u'
  const c = Math.sqrt(2 / Math.PI);
  const u = x.square().mul(0.044715).add(1).mul(x).mul(c);
  const slope = x
    .square()
    .mul(3 * 0.044715)
    .add(1)
    .mul(c);
  const t = u.tanh();
  return t
    .add(1)
    .add(x.mul(t.square().neg().add(1)).mul(slope))
    .mul(0.5);
}

/** The rows and columns at the lower and right end of x that no window of the convolution reached. */
export function unreached(
  x: Tensor,
  y: Tensor,
  weight: Tensor,
  { stride, padding, dilation }: ConvolutionAttributes,
): readonly [number, number] {
  const rest = (i: number): number =>
    x.shape[2 + i] +
    2 * padding[i] -
    dilation[i] * (weight.shape[2 + i] - 1) -
    1 -
    (y.shape[2 + i] - 1) * stride[i];
  return [rest(0), rest(1)];
}
