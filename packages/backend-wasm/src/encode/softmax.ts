import type { Code, WasmView } from "../code.ts";
import * as op from "../opcodes.ts";

export function softmax(
  code: Code,
  [y]: readonly WasmView[],
  [x]: readonly WasmView[],
  { logarithm }: { readonly logarithm: boolean },
): void {
  const [rows, length] = x.shape;
  code.begin(op.SOFTMAX, rows);
  code.put(x.buffer.code);
  code.put(length);
  code.place(y);
  code.place(x);
  code.put(logarithm ? 1 : 0);
  code.reads(x, rows);
  code.writes(y, rows);
  code.end(rows * (length + 10) * 1.2);
}

export function softmaxCrossEntropy(
  code: Code,
  [loss, probabilities]: readonly WasmView[],
  [logits, labels]: readonly WasmView[],
  { labelSmoothing }: { readonly labelSmoothing: number },
): void {
  const [rows, classes] = logits.shape;
  code.begin(op.CROSS_ENTROPY, rows);
  code.put(logits.buffer.code);
  code.put(classes);
  code.place(loss);
  code.place(probabilities);
  code.place(logits);
  code.place(labels);
  smoothing(code, logits, labelSmoothing, classes);
  code.reads(logits, rows);
  code.reads(labels, rows);
  code.writes(loss, rows);
  code.writes(probabilities, rows);
  code.end(rows * (classes + 20) * 1.5);
}

export function softmaxCrossEntropyBackward(
  code: Code,
  [gradient]: readonly WasmView[],
  [lossGradient, probabilities, labels]: readonly WasmView[],
  { labelSmoothing }: { readonly labelSmoothing: number },
): void {
  const [rows, classes] = probabilities.shape;
  code.begin(op.CROSS_ENTROPY_BACKWARD, rows);
  code.put(probabilities.buffer.code);
  code.put(classes);
  code.place(gradient);
  code.place(lossGradient);
  code.place(probabilities);
  code.place(labels);
  smoothing(code, probabilities, labelSmoothing, classes);
  code.reads(lossGradient, rows);
  code.reads(probabilities, rows);
  code.reads(labels, rows);
  code.writes(gradient, rows);
  code.end(rows * (classes + 5));
}

// What every class gets of the target, and what the right one gets besides.
function smoothing(code: Code, { buffer }: WasmView, labelSmoothing: number, classes: number): void {
  code.numbers(buffer.code, labelSmoothing / classes, 1 - labelSmoothing);
}
