import type { Code, WasmView } from "../code.ts";
import * as op from "../opcodes.ts";

export function layerNorm(
  code: Code,
  [y, mean, inverseDeviation]: readonly WasmView[],
  [x, scale, shift]: readonly WasmView[],
  { epsilon }: { readonly epsilon: number },
): void {
  const [rows, length] = x.shape;
  code.begin(op.LAYER_NORM, rows);
  code.put(x.buffer.code);
  code.put(length);
  for (const view of [y, mean, inverseDeviation, x, scale, shift]) code.place(view);
  code.numbers(op.FLOAT64, epsilon);
  code.reads(x, rows);
  code.reads(scale);
  code.reads(shift);
  for (const view of [y, mean, inverseDeviation]) code.writes(view, rows);
  code.end(rows * length + 50);
}

/** By x row by row, and then by scale and shift column by column. */
export function layerNormBackward(
  code: Code,
  [inputGradient, scaleGradient, shiftGradient]: readonly WasmView[],
  [outputGradient, x, scale, mean, inverseDeviation]: readonly WasmView[],
): void {
  const [rows, length] = x.shape;
  code.begin(op.LAYER_NORM_BACKWARD, rows);
  code.put(x.buffer.code);
  code.put(length);
  for (const view of [inputGradient, outputGradient, x, scale, mean, inverseDeviation]) code.place(view);
  for (const view of [outputGradient, x, mean, inverseDeviation]) code.reads(view, rows);
  code.reads(scale);
  code.writes(inputGradient, rows);
  code.end(rows * length + 50);

  code.begin(op.LAYER_NORM_PARAMETERS, length);
  code.put(x.buffer.code);
  code.put(rows);
  for (const view of [scaleGradient, shiftGradient, outputGradient, x, mean, inverseDeviation])
    code.place(view);
  for (const view of [outputGradient, x, mean, inverseDeviation]) code.reads(view);
  code.writes(scaleGradient, length);
  code.writes(shiftGradient, length);
  code.end(rows * length + 50);
}

export function batchNorm(
  code: Code,
  [y, mean, variance]: readonly WasmView[],
  [x, scale, shift]: readonly WasmView[],
  { epsilon }: { readonly epsilon: number },
): void {
  const [batch, channels, length] = x.shape;
  code.begin(op.BATCH_NORM, channels);
  code.put(x.buffer.code);
  code.put(batch);
  code.put(length);
  for (const view of [y, mean, variance, x, scale, shift]) code.place(view);
  code.numbers(op.FLOAT64, epsilon);
  for (const view of [x, scale, shift]) code.reads(view);
  code.writes(y);
  code.writes(mean, channels);
  code.writes(variance, channels);
  code.end(batch * channels * length * 1.5 + 50);
}

export function batchNormBackward(
  code: Code,
  [inputGradient, scaleGradient, shiftGradient]: readonly WasmView[],
  [outputGradient, x, scale, mean, variance]: readonly WasmView[],
  { epsilon }: { readonly epsilon: number },
): void {
  const [batch, channels, length] = x.shape;
  code.begin(op.BATCH_NORM_BACKWARD, channels);
  code.put(x.buffer.code);
  code.put(batch);
  code.put(length);
  for (const view of [inputGradient, scaleGradient, shiftGradient]) code.place(view);
  for (const view of [outputGradient, x, scale, mean, variance]) code.place(view);
  code.numbers(op.FLOAT64, epsilon);
  for (const view of [outputGradient, x, scale, mean, variance]) code.reads(view);
  code.writes(inputGradient);
  code.writes(scaleGradient, channels);
  code.writes(shiftGradient, channels);
  code.end(batch * channels * length * 2 + 50);
}
