import { TestkitError } from "../errors.ts";

/** Numbers with a shape, row-major. */
export interface PublishedArray {
  readonly shape: readonly number[];
  readonly data: readonly number[];
  /** Whether they are whole numbers, indices for example. */
  readonly int?: boolean;
}

/** One op with what PyTorch gave for it. */
export interface PublishedOp {
  readonly op: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: readonly PublishedArray[];
  readonly output: PublishedArray;
  /** How the elements of the output are weighed, row-major, before gradients are taken. */
  readonly cotangent?: readonly number[] | null;
  /** The gradient by each input, null where there is none. */
  readonly grads: readonly (PublishedArray | null)[];
}

/**
 * The weights of a linear model over some steps of an optimiser: the loss of step t is the mean of `(A_t w - T_t)^2`.
 */
export interface PublishedTrajectory {
  readonly optimizer: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly w0: readonly number[];
  /** `[steps, batch, inputs]` */
  readonly A: readonly number[];
  /** `[steps, batch, outputs]` */
  readonly T: readonly number[];
  readonly shape: readonly [steps: number, batch: number, inputs: number, outputs: number];
  /** The weights `[inputs, outputs]` after each step. */
  readonly weights: readonly (readonly number[])[];
  /** The learning rate of each step. */
  readonly lr: readonly number[];
}

/** A file of published results. */
export interface CaseFile {
  readonly source: string;
  readonly cases: readonly PublishedOp[];
  readonly optimizers: readonly PublishedTrajectory[];
}

const format = "gradwerk-op-cases/1";

/**
 * Reads a file of published results.
 *
 * @param name what to call it in messages
 * @throws TestkitError `case-file` for what is no JSON, of another format, or incomplete, with the place
 */
export function parseCaseFile(name: string, text: string): CaseFile {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (cause) {
    throw new TestkitError(
      "case-file",
      `${name}: not JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
  if (!isRecord(file) || file.format !== format) {
    const found = isRecord(file) ? JSON.stringify(file.format) : typeof file;
    throw new TestkitError("case-file", `${name}: needs the format "${format}", found ${found}.`);
  }
  const { cases = [], optimizers = [], source = "unknown" } = file;
  if (!Array.isArray(cases) || !Array.isArray(optimizers)) {
    throw new TestkitError("case-file", `${name}: cases and optimizers must be lists.`);
  }
  for (const [i, entry] of cases.entries()) checkOp(`${name}: cases[${i}]`, entry);
  for (const [i, entry] of optimizers.entries()) checkTrajectory(`${name}: optimizers[${i}]`, entry);
  return { source: String(source), cases, optimizers };
}

function checkOp(place: string, entry: unknown): void {
  const needs = "needs op, params, inputs, output and grads";
  if (!isRecord(entry) || typeof entry.op !== "string" || !isRecord(entry.params)) refuse(place, needs);
  const { inputs, output, cotangent, grads } = entry;
  if (!Array.isArray(inputs) || !Array.isArray(grads) || grads.length !== inputs.length) refuse(place, needs);
  for (const array of [...inputs, output, ...grads.filter((grad) => grad !== null)]) checkArray(place, array);
  if (grads.some((grad) => grad !== null) && !isNumbers(cotangent))
    refuse(place, "gradients need a cotangent");
}

function checkTrajectory(place: string, entry: unknown): void {
  if (!isRecord(entry) || typeof entry.optimizer !== "string" || !isRecord(entry.params)) {
    refuse(place, "needs optimizer and params");
  }
  const { w0, A, T, shape, weights, lr } = entry;
  if (!isNumbers(shape) || shape.length !== 4) refuse(place, "needs a shape [steps, batch, inputs, outputs]");
  const [steps, batch, inputs, outputs] = shape;
  const fits =
    isNumbers(w0, inputs * outputs) &&
    isNumbers(A, steps * batch * inputs) &&
    isNumbers(T, steps * batch * outputs) &&
    isNumbers(lr, steps) &&
    Array.isArray(weights) &&
    weights.length === steps &&
    weights.every((step) => isNumbers(step, inputs * outputs));
  if (!fits) refuse(place, `w0, A, T, weights or lr do not have the sizes of [${shape}]`);
}

function checkArray(place: string, array: unknown): void {
  if (!isRecord(array) || !isNumbers(array.shape)) refuse(place, "every array needs a shape and data");
  const size = array.shape.reduce((product, extent) => product * extent, 1);
  if (!isNumbers(array.data, size)) refuse(place, `the data do not fill [${array.shape}]`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNumbers(value: unknown, length?: number): value is number[] {
  return (
    Array.isArray(value) &&
    value.every((element) => typeof element === "number") &&
    (length === undefined || value.length === length)
  );
}

function refuse(place: string, what: string): never {
  throw new TestkitError("case-file", `${place}: ${what}.`);
}
