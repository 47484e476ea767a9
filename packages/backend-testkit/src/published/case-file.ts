import { maximumRank } from "@gradwerk/tensor/backend";
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
  /** What the file is called in messages. */
  readonly name: string;
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
    const found = isRecord(file) ? file.format : file;
    const shown = typeof found === "string" ? `"${found.slice(0, 40)}"` : typeof found;
    throw new TestkitError("case-file", `${name}: needs the format "${format}", found ${shown}.`);
  }
  const { cases = [], optimizers = [], source = "unknown" } = file;
  if (!Array.isArray(cases) || !Array.isArray(optimizers)) {
    throw new TestkitError("case-file", `${name}: cases and optimizers must be lists.`);
  }
  for (const [i, entry] of cases.entries()) checkOp(`${name}: cases[${i}]`, entry);
  for (const [i, entry] of optimizers.entries()) checkTrajectory(`${name}: optimizers[${i}]`, entry);
  return { name, source: typeof source === "string" ? source : "unknown", cases, optimizers };
}

function checkOp(place: string, entry: unknown): void {
  const needs = "needs op, params, inputs, output and grads";
  if (!isRecord(entry) || typeof entry.op !== "string" || !isRecord(entry.params)) refuse(place, needs);
  const { inputs, output, cotangent, grads } = entry;
  if (!Array.isArray(inputs) || !Array.isArray(grads) || grads.length !== inputs.length) refuse(place, needs);
  const size = checkArray(`${place}.output`, output);
  const sizes = inputs.map((input, i) => checkArray(`${place}.inputs[${i}]`, input));
  for (const [i, grad] of grads.entries()) {
    if (grad === null) continue;
    if (checkArray(`${place}.grads[${i}]`, grad) !== sizes[i]) {
      refuse(`${place}.grads[${i}]`, "a gradient has as many numbers as its input");
    }
    if (!isNumbers(cotangent, size)) refuse(place, `gradients need a cotangent of ${size} numbers`);
  }
}

function checkTrajectory(place: string, entry: unknown): void {
  if (!isRecord(entry) || typeof entry.optimizer !== "string" || !isRecord(entry.params)) {
    refuse(place, "needs optimizer and params");
  }
  const { w0, A, T, shape, weights, lr } = entry;
  if (!isShape(shape) || shape.length !== 4) refuse(place, "needs a shape [steps, batch, inputs, outputs]");
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

/** @returns how many numbers the array holds */
function checkArray(place: string, array: unknown): number {
  if (!isRecord(array) || !isShape(array.shape)) {
    refuse(place, `needs data and a shape of at most ${maximumRank} whole numbers from 0 up`);
  }
  const size = array.shape.reduce((product, extent) => product * extent, 1);
  if (!isNumbers(array.data, size)) refuse(place, `the data are not the ${size} numbers of [${array.shape}]`);
  return size;
}

function isShape(value: unknown): value is number[] {
  return (
    isNumbers(value) &&
    value.length <= maximumRank &&
    value.every((extent) => Number.isSafeInteger(extent) && extent >= 0)
  );
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
