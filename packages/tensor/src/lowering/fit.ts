import type { DType } from "../backend.ts";
import { formatShape, type Shape, sameShape } from "../core/shape.ts";
import { TensorError } from "../errors.ts";

interface Shaped {
  readonly shape: Shape;
}

interface Typed {
  readonly dtype: DType;
}

/**
 * Checks one tensor's shape against the only one that fits.
 *
 * @param others by name, what that shape follows from
 * @throws TensorError `shape`
 */
export function checkFit(
  op: string,
  name: string,
  { shape }: Shaped,
  expected: Shape,
  others: Readonly<Record<string, Shaped>>,
): void {
  if (!sameShape(shape, expected)) {
    const given = Object.entries(others).map(([other, { shape }]) => `${other} ${formatShape(shape)}`);
    throw new TensorError(
      "shape",
      `${op}: ${name} must be ${formatShape(expected)} for ${given.join(" and ")}, got ${formatShape(shape)}. ` +
        "Reshape or replace one of them.",
    );
  }
}

/**
 * Refuses tensors that are not of the form that an op needs.
 *
 * @param form such as `logits [B, C] and labels [B]`
 * @throws TensorError `shape` unless `fits`
 */
export function checkForm(
  op: string,
  fits: boolean,
  form: string,
  ...tensors: readonly (Shaped & Typed)[]
): void {
  if (!fits) {
    const given = tensors.map(({ dtype, shape }) => `${dtype} ${formatShape(shape)}`).join(" and ");
    const remedy = tensors.some(({ shape }) => shape.includes(0))
      ? "Leave empty ones out."
      : "Reshape or cast first.";
    throw new TensorError("shape", `${op}: needs ${form}, got ${given}. ${remedy}`);
  }
}

/**
 * @param tensors by name, the one that the others should follow first
 * @throws TensorError `dtype` unless all have one dtype
 */
export function checkOneDtype(op: string, tensors: Readonly<Record<string, Typed>>): void {
  const [[first, { dtype }], ...others] = Object.entries(tensors);
  for (const [name, other] of others) {
    if (other.dtype !== dtype) {
      throw new TensorError(
        "dtype",
        `${op}: needs one dtype for all, but ${first} is ${dtype}, ${name} is ${other.dtype}. ` +
          `Cast: ${name}.cast("${dtype}").`,
      );
    }
  }
}
