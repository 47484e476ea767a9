import type { FusedKernelSignatures } from "@gradwerk/tensor/backend";
import type { Code, WasmView } from "../code.ts";
import * as op from "../opcodes.ts";
import { sizeOf } from "./shapes.ts";

export function sgdUpdate(
  code: Code,
  [weight, velocity]: readonly WasmView[],
  [gradient, learningRate]: readonly WasmView[],
  { momentum, nesterov, weightDecay }: FusedKernelSignatures["sgdUpdate"]["attributes"],
): void {
  const size = sizeOf(weight.shape);
  code.begin(op.SGD, size);
  code.put(weight.buffer.code);
  code.place(weight);
  if (velocity === undefined) code.put(0);
  else code.place(velocity);
  code.place(gradient);
  code.place(learningRate);
  code.numbers(weight.buffer.code, momentum, weightDecay);
  code.put(nesterov ? 1 : 0);
  code.reads(gradient, size);
  code.reads(learningRate);
  code.writes(weight, size);
  if (velocity !== undefined) code.writes(velocity, size);
  code.end(size * 0.3 + 20);
}

export function adamUpdate(
  code: Code,
  [weight, firstMoment, secondMoment]: readonly WasmView[],
  [gradient, learningRate, step]: readonly WasmView[],
  { beta1, beta2, epsilon, weightDecay, decoupled }: FusedKernelSignatures["adamUpdate"]["attributes"],
): void {
  const size = sizeOf(weight.shape);
  code.begin(op.ADAM, size);
  code.put(weight.buffer.code);
  code.place(weight);
  code.place(firstMoment);
  code.place(secondMoment);
  code.place(gradient);
  code.place(learningRate);
  code.place(step);
  code.numbers(op.FLOAT64, beta1, beta2, epsilon, weightDecay);
  code.put(decoupled ? 1 : 0);
  code.reads(gradient, size);
  code.reads(learningRate);
  code.reads(step);
  code.writes(weight, size);
  code.writes(firstMoment, size);
  code.writes(secondMoment, size);
  code.end(size + 30);
}

/** Random words by their numbers. */
export function randomBits(
  code: Code,
  [bits]: readonly WasmView[],
  [counter, key]: readonly WasmView[],
): void {
  const size = sizeOf(bits.shape);
  if (size === 0) return;
  code.begin(op.RANDOM_BITS, Math.ceil(size / 16));
  code.put(size);
  code.place(bits);
  code.place(counter);
  code.place(key);
  code.reads(counter);
  code.reads(key);
  code.writes(bits);
  code.end(size * 1.5 + 50);
}

export function dropout(
  code: Code,
  [y]: readonly WasmView[],
  [x, counter, key]: readonly WasmView[],
  { rate }: { readonly rate: number },
): void {
  const size = sizeOf(y.shape);
  if (size === 0) return;
  code.begin(op.DROPOUT, Math.ceil(size / 16));
  code.put(size);
  code.place(y);
  code.place(counter);
  code.place(key);
  code.put(y.buffer.code);
  code.place(x);
  code.put(Math.min(Math.ceil(rate * 2 ** 32), 2 ** 32 - 1) | 0);
  code.numbers(y.buffer.code, 1 / (1 - rate));
  code.reads(x);
  code.reads(counter);
  code.reads(key);
  code.writes(y);
  code.end(size * 2 + 50);
}

/** The order that sorts each row. */
export function argsort(
  code: Code,
  [order]: readonly WasmView[],
  [x]: readonly WasmView[],
  { descending }: { readonly descending: boolean },
): void {
  const [rows, length] = x.shape;
  if (rows * length === 0) return;
  const scratch = code.temporary("int32", length * code.threads);
  code.begin(op.ARGSORT, rows);
  code.put(x.buffer.code);
  code.put(length);
  code.place(order);
  code.place(x);
  code.put(descending ? 1 : 0);
  code.put(scratch.pointer);
  code.put(length * 4);
  code.reads(x, rows);
  code.writes(order, rows);
  code.end(rows * length * Math.log2(length + 1) * 4 + 50);
}
