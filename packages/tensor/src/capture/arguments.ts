import type { DType } from "../backend.ts";
import { formatShape, type Shape, sameShape } from "../core/shape.ts";
import { TensorError } from "../errors.ts";
import { Tensor } from "../tensor.ts";

// What stands before the elements of an array, and of an object, and for a tensor that came before: no value of a program
// equals them.
const arrayMark = Symbol("array");
const objectMark = Symbol("object");
const repeatMark = Symbol("repeat");

/** Arrays in arrays beyond this are taken for one that contains itself. */
const deepest = 64;

/**
 * What arguments consist of, in one row: their tensors, each once, and plain values, and before those of an array or
 * object how many and of which names, so that equal rows are equal arguments.
 *
 * @throws TensorError `capture` for what is neither a tensor, a plain value, an array nor a plain object
 */
export function leavesOf(args: readonly unknown[]): unknown[] {
  const leaves: unknown[] = [];
  for (const arg of args) {
    pushLeaves(arg, leaves, 0);
  }
  return leaves;
}

function pushLeaves(value: unknown, leaves: unknown[], depth: number): void {
  if (value instanceof Tensor) {
    const known = leaves.indexOf(value);
    if (known < 0) leaves.push(value);
    else leaves.push(repeatMark, known);
  } else if (typeof value !== "object" || value === null) leaves.push(value);
  else if (depth === deepest) refuse(`nested more than ${deepest} levels deep`);
  else if (Array.isArray(value)) {
    leaves.push(arrayMark, value.length);
    for (const element of value) pushLeaves(element, leaves, depth + 1);
  } else if (isPlain(value)) {
    const entries = Object.entries(value);
    leaves.push(objectMark, entries.length);
    for (const [key, element] of entries) {
      leaves.push(key);
      pushLeaves(element, leaves, depth + 1);
    }
  } else refuse(`a ${value.constructor?.name ?? "strange object"}`);
}

function refuse(what: string): never {
  throw new TensorError(
    "capture",
    `capture: an argument or result holds something ${what}. Give tensors and plain values, alone or in arrays and plain objects.`,
  );
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** What a tensor among the arguments must be like, so that a program fits it. */
class TensorForm {
  readonly dtype: DType;
  readonly shape: Shape;

  constructor({ dtype, shape }: Tensor) {
    this.dtype = dtype;
    this.shape = [...shape];
  }
}

/** Arguments of certain shapes, dtypes and plain values. */
export class ArgumentsForm {
  readonly #leaves: readonly unknown[];

  constructor(leaves: readonly unknown[]) {
    this.#leaves = leaves.map((leaf) => (leaf instanceof Tensor ? new TensorForm(leaf) : leaf));
  }

  accepts(leaves: readonly unknown[]): boolean {
    const forms = this.#leaves;
    if (leaves.length !== forms.length) return false;
    for (let i = 0; i < forms.length; i++) {
      const leaf = leaves[i];
      const form = forms[i];
      if (form instanceof TensorForm) {
        if (!(leaf instanceof Tensor) || leaf.dtype !== form.dtype) return false;
        if (!sameShape(leaf.shape, form.shape)) return false;
      } else if (!Object.is(leaf, form)) return false;
    }
    return true;
  }
}

/** The same value with every tensor replaced; arrays and plain objects are new ones. */
export function withTensors(value: unknown, replace: (tensor: Tensor) => Tensor, depth: number = 0): unknown {
  if (value instanceof Tensor) return replace(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === deepest) refuse(`nested more than ${deepest} levels deep`);
  if (Array.isArray(value)) return value.map((element) => withTensors(element, replace, depth + 1));
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).map(([key, element]) => [
    key,
    withTensors(element, replace, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

/** Shapes and dtypes, for people: `float32 [32, 784], {"rate": 0.5}`. */
export function describeArguments(args: readonly unknown[]): string {
  return args.map(described).join(", ");
}

function described(value: unknown): string {
  if (value instanceof Tensor) return `${value.dtype} ${formatShape(value.shape)}`;
  if (Array.isArray(value)) return `[${value.map(described).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([key, element]) => `${key}: ${described(element)}`)
    .join(", ")}}`;
}
