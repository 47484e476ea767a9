import type { Activation, Pool2dAttributes, Window2dAttributes } from "@gradwerk/tensor/backend";
import type { Code, WasmView } from "../code.ts";
import * as op from "../opcodes.ts";
import { sizeOf } from "./shapes.ts";

interface ConvolutionAttributes extends Window2dAttributes {
  readonly groups: number;
}

export function conv2d(
  code: Code,
  [y]: readonly WasmView[],
  [x, weight, bias]: readonly WasmView[],
  attributes: ConvolutionAttributes & { readonly activation: Activation },
): void {
  const batch = x.shape[0];
  begin(code, op.CONV2D, batch, x, weight, y, bias, attributes);
  code.reads(x, batch);
  code.reads(weight);
  if (bias !== undefined) code.reads(bias);
  code.writes(y, batch);
  code.end(costOf(weight, y));
}

export function conv2dBackwardInput(
  code: Code,
  [inputGradient]: readonly WasmView[],
  [outputGradient, weight]: readonly WasmView[],
  attributes: ConvolutionAttributes,
): void {
  const batch = inputGradient.shape[0];
  begin(code, op.CONV2D_BACKWARD_INPUT, batch, inputGradient, weight, outputGradient, undefined, attributes);
  code.reads(outputGradient, batch);
  code.reads(weight);
  code.writes(inputGradient, batch);
  code.end(costOf(weight, outputGradient) * 2);
}

export function conv2dBackwardWeight(
  code: Code,
  [weightGradient]: readonly WasmView[],
  [outputGradient, x]: readonly WasmView[],
  attributes: ConvolutionAttributes,
): void {
  const outputs = weightGradient.shape[0];
  begin(code, op.CONV2D_BACKWARD_WEIGHT, outputs, x, weightGradient, outputGradient, undefined, attributes);
  code.reads(outputGradient);
  code.reads(x);
  code.writes(weightGradient, outputs);
  code.end(costOf(weightGradient, outputGradient) * 1.5);
}

function begin(
  code: Code,
  opcode: number,
  units: number,
  x: WasmView,
  weight: WasmView,
  y: WasmView,
  bias: WasmView | undefined,
  { stride, padding, dilation, groups, activation }: ConvolutionAttributes & { activation?: Activation },
): void {
  const bytes = scratchBytes(x, weight, y, padding);
  const scratch = code.temporary("uint8", bytes * code.threads);
  code.begin(opcode, units);
  code.put(x.buffer.code);
  for (const size of x.shape) code.put(size);
  code.put(weight.shape[0]);
  code.put(weight.shape[2]);
  code.put(weight.shape[3]);
  for (const [vertical, horizontal] of [stride, padding, dilation]) {
    code.put(vertical);
    code.put(horizontal);
  }
  code.put(groups);
  code.put(y.shape[2]);
  code.put(y.shape[3]);
  code.place(x);
  code.place(weight);
  code.place(y);
  if (bias === undefined) code.put(0);
  else code.place(bias);
  code.put(activation === "relu" ? 1 : 0);
  code.put(scratch.pointer);
  code.put(bytes);
}

/**
 * What one thread needs at most: offsets, biases or sums, an image with its border, windows side by side or products.
 */
function scratchBytes(
  x: WasmView,
  weight: WasmView,
  y: WasmView,
  [padTop, padLeft]: readonly [number, number],
): number {
  const size = 2 ** x.buffer.shift;
  const [outputs, perGroup, kernelHeight, kernelWidth] = weight.shape;
  const [, channels, height, width] = x.shape;
  const taps = perGroup * kernelHeight * kernelWidth;
  const places = y.shape[3] + 4;
  const offsets = taps * 4 + 64;
  const heads = outputs * Math.max(48, taps * 16) + 64;
  const image =
    padTop + padLeft > 0 ? channels * (height + 2 * padTop) * (width + 2 * padLeft) * size + 64 : 0;
  const windows = (taps + 4) * places * size * 2;
  const products = (32768 + taps * places) * size;
  return Math.ceil((offsets + heads + image + windows + products) / 64) * 64 + 64;
}

function costOf(weight: WasmView, y: WasmView): number {
  return (sizeOf(weight.shape) * sizeOf(y.shape)) / Math.max(weight.shape[0], 1) / 8 + 100;
}

export function pool2d(
  code: Code,
  [y]: readonly WasmView[],
  [x]: readonly WasmView[],
  attributes: Pool2dAttributes,
): void {
  pooling(code, op.POOL2D, x, y, attributes);
  code.place(y);
  code.place(x);
  code.put(0);
  code.reads(x, x.shape[0] * x.shape[1]);
  code.writes(y, x.shape[0] * x.shape[1]);
  code.end(sizeOf(y.shape) * sizeOf(attributes.size) * 0.5 + 50);
}

export function pool2dBackward(
  code: Code,
  [inputGradient]: readonly WasmView[],
  [outputGradient, x]: readonly WasmView[],
  attributes: Pool2dAttributes,
): void {
  pooling(code, op.POOL2D_BACKWARD, x, outputGradient, attributes);
  code.place(outputGradient);
  code.place(x);
  code.place(inputGradient);
  const units = x.shape[0] * x.shape[1];
  code.reads(outputGradient, units);
  code.reads(x, units);
  code.writes(inputGradient, units);
  code.end(sizeOf(outputGradient.shape) * sizeOf(attributes.size) + 50);
}

function pooling(
  code: Code,
  opcode: number,
  x: WasmView,
  y: WasmView,
  { op: name, size, stride, padding, dilation }: Pool2dAttributes,
): void {
  const [batch, channels, height, width] = x.shape;
  code.begin(opcode, batch * channels);
  code.put(x.buffer.code);
  code.put(height);
  code.put(width);
  code.put(y.shape[2]);
  code.put(y.shape[3]);
  for (const [vertical, horizontal] of [size, stride, padding, dilation]) {
    code.put(vertical);
    code.put(horizontal);
  }
  code.put(name === "max" ? 1 : 0);
}
