import { custom, formatShape, type Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { mapParameters, parametersOf } from "../parameters.ts";
import { Tape } from "./tape.ts";
import { valueAndGrad } from "./value-and-grad.ts";

/**
 * Turns a function of parameters into one that gives its derivative by each of them.
 *
 * @throws NnError `no-parameters`, `not-a-scalar`, `no-gradient`
 * @example
 * const slope = grad((x: Tensor) => x.square().sum());
 * slope(device.tensor([1, 2])); // [2, 4]
 */
export function grad<Parameters, Arguments extends readonly unknown[]>(
  compute: (parameters: Parameters, ...rest: Arguments) => Tensor,
): (parameters: Parameters, ...rest: Arguments) => Parameters {
  const step = valueAndGrad(compute);
  return (parameters, ...rest) => {
    const { value, gradients } = step(parameters, ...rest);
    // A tape around this one may still need the value.
    if (!value.device.recording) value.dispose();
    return gradients;
  };
}

/** A value, and the way back from it. */
export interface ValueAndPullback<Parameters> {
  readonly value: Tensor;
  /**
   * The derivative, by each parameter, of the sum of the value's elements weighted by the cotangent. May be called
   * several times, until `dispose`.
   *
   * @param cotangent of the value's shape and dtype
   */
  pullback(cotangent: Tensor): Parameters;
}

/**
 * The value of a function at some parameters, and its vector-Jacobian product there: reverse mode for results of any
 * shape. What the function made on its way stays alive in the scope around the call, since the way back needs it.
 *
 * @throws NnError `no-parameters`, `no-gradient`, `cotangent-shape`
 * @example
 * const { value, pullback } = vjp((x: Tensor) => x.square(), device.tensor([1, 2]));
 * pullback(device.tensor([1, 10])); // [2, 40]
 * @see jax.vjp
 */
export function vjp<Parameters>(
  compute: (parameters: Parameters) => Tensor,
  parameters: Parameters,
): ValueAndPullback<Parameters> {
  const watched = parametersOf(parameters).map(({ tensor }) => tensor);
  const [first] = watched;
  if (first === undefined) {
    throw new NnError("no-parameters", "vjp: the tree of parameters holds no tensor.");
  }
  const { device } = first;
  const tape = new Tape(watched);
  const value = device.recordWith(tape, () => compute(parameters));
  return {
    value,
    pullback(cotangent) {
      checkCotangent("vjp", value, cotangent);
      return device.scope(() => {
        const found = tape.gradientsOf(value, cotangent);
        return mapParameters(parameters, (tensor) => found.get(tensor) ?? tensor);
      });
    },
  };
}

/**
 * The Jacobian-vector product of a function: how its value moves when the parameters move along `tangents`. Forward
 * mode by two passes of reverse mode: the pullback is linear in its cotangent, and the pullback of that pullback is
 * the product wanted.
 *
 * @param tangents a tree like the parameters
 * @returns of the value's shape
 * @throws NnError `no-parameters`, `cotangent-shape` where a tangent does not fit its parameter
 * @example
 * jvp((x: Tensor) => x.square(), device.tensor([1, 2]), device.tensor([1, 10])); // [2, 40]
 * @see J. Townsend, "A new trick for calculating Jacobian vector products" (2017); jax.jvp
 */
export function jvp<Parameters>(
  compute: (parameters: Parameters) => Tensor,
  parameters: Parameters,
  tangents: Parameters,
): Tensor {
  const leaves = parametersOf(parameters).map(({ tensor }) => tensor);
  const directions = parametersOf(tangents).map(({ tensor }) => tensor);
  const [first] = leaves;
  if (first === undefined) throw new NnError("no-parameters", "jvp: the tree of parameters holds no tensor.");
  for (const [i, leaf] of leaves.entries()) checkCotangent("jvp", leaf, directions[i]);
  const { device } = first;
  return device.scope(() => {
    // Computed once, untaped, for its shape.
    const value = compute(parameters);
    const cotangent = device.zeros(value.shape, { dtype: value.dtype });
    const outer = new Tape([cotangent]);
    const moved = device.recordWith(outer, () => {
      const { pullback } = vjp(compute, parameters);
      const slopes = parametersOf(pullback(cotangent)).map(({ tensor }) => tensor);
      return slopes.map((slope, i) => slope.mul(directions[i]).sum()).reduce((a, b) => a.add(b));
    });
    return outer.gradientsOf(moved).get(cotangent) ?? cotangent;
  });
}

/**
 * The product of a function's Hessian, its second derivatives, with a direction: the derivative of the gradient
 * along it, at the price of a few gradients, whatever the number of parameters.
 *
 * @param direction a tree like the parameters
 * @throws NnError `no-parameters`, `not-a-scalar`, `no-gradient`, `cotangent-shape`
 * @example
 * const cube = (x: Tensor) => x.pow(3).sum();
 * hessianVectorProduct(cube, device.tensor([1, 2]), device.tensor([1, 1])); // [6, 12]
 * @see B. Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 6 (1994)
 */
export function hessianVectorProduct<Parameters>(
  compute: (parameters: Parameters) => Tensor,
  parameters: Parameters,
  direction: Parameters,
): Parameters {
  const directions = parametersOf(direction).map(({ tensor }) => tensor);
  for (const [i, { tensor }] of parametersOf(parameters).entries()) {
    checkCotangent("hessianVectorProduct", tensor, directions[i]);
  }
  const slope = grad(compute);
  return grad((weights: Parameters) =>
    parametersOf(slope(weights))
      .map(({ tensor }, i) => tensor.mul(directions[i]).sum())
      .reduce((a, b) => a.add(b)),
  )(parameters);
}

/**
 * The same function, of which a tape keeps only inputs and result: what lies between is computed again on the way
 * back. Memory for time, in deep networks.
 *
 * @param compute of a tree of tensors; may use nothing else that gets gradients
 * @example
 * const deep = (x: Tensor) => checkpoint((a: Tensor) => a.sin().exp().sin())(x).sum();
 * @see T. Chen et al., "Training deep nets with sublinear memory cost", arXiv:1604.06174; torch.utils.checkpoint
 */
export function checkpoint<Inputs>(compute: (inputs: Inputs) => Tensor): (inputs: Inputs) => Tensor {
  return (inputs) => {
    const tensors = parametersOf(inputs).map(({ tensor }) => tensor);
    return custom(
      tensors,
      () => compute(inputs),
      (g) => {
        const gradients = vjp(compute, inputs).pullback(g);
        return parametersOf(gradients).map(({ tensor }) => tensor);
      },
    );
  };
}

function checkCotangent(name: string, like: Tensor, given: Tensor | undefined): void {
  const fits =
    given !== undefined && given.dtype === like.dtype && formatShape(given.shape) === formatShape(like.shape);
  if (!fits) {
    throw new NnError(
      "cotangent-shape",
      `${name}: needs ${like.dtype} ${formatShape(like.shape)} to go with ${like}, got ` +
        `${given === undefined ? "nothing" : `${given.dtype} ${formatShape(given.shape)}`}.`,
    );
  }
}
