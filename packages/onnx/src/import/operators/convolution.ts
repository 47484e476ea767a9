import {
  avgPool2d,
  conv2d,
  convTranspose2d,
  div,
  max,
  maxPool2d,
  mean,
  pad,
  reshape,
  type Tensor,
} from "@gradwerk/tensor";
import type { NodeCall, Operator } from "../node-call.ts";
import { cutTensor } from "./shapes.ts";

const windowAttributes = ["auto_pad", "dilations", "kernel_shape", "pads", "strides"];

/** Operators that move a window over images, or over rows, which are images of height 1. */
export const convolutionOperators: Readonly<Record<string, Operator>> = {
  Conv: { inputs: [2, 3], attributes: [...windowAttributes, "group"], run: convolutionOf },
  ConvTranspose: {
    inputs: [2, 3],
    attributes: [...windowAttributes, "group", "output_padding"],
    run: transposedOf,
  },
  MaxPool: { attributes: [...windowAttributes, "ceil_mode", "storage_order"], run: maxPoolOf },
  AveragePool: {
    attributes: [...windowAttributes, "ceil_mode", "count_include_pad"],
    run: averagePoolOf,
  },
  GlobalAveragePool: { run: (call) => mean(call.tensor(0), spatial(call)) },
  GlobalMaxPool: { run: (call) => max(call.tensor(0), spatial(call)) },
};

function spatial(call: NodeCall): { axes: number[]; keepDims: true } {
  const axes = call.tensor(0).shape.map((_, axis) => axis);
  return { axes: axes.slice(2), keepDims: true };
}

type Two = readonly [vertical: number, horizontal: number];

/** A window's moves in two directions, and how many zeros lie before and after. */
interface Window {
  readonly size: Two;
  readonly stride: Two;
  readonly dilation: Two;
  readonly before: Two;
  readonly after: Two;
}

function convolutionOf(call: NodeCall): Tensor {
  const [images, kernels] = [asImages(call, 0), asImages(call, 1)];
  const window = windowOf(call, images, [kernels.shape[2], kernels.shape[3]]);
  const { before, after, stride, dilation } = window;
  const even = sameTwo(before, after);
  const y = conv2d(even ? images : padded(images, window, 0), kernels, {
    stride,
    dilation,
    padding: even ? before : 0,
    groups: call.int("group", 1),
    bias: call.has(2) ? call.tensor(2) : undefined,
  });
  return withRankOf(call, y);
}

function transposedOf(call: NodeCall): Tensor {
  const [images, kernels] = [asImages(call, 0), asImages(call, 1)];
  const automatic = call.text("auto_pad", "NOTSET");
  if (automatic !== "NOTSET" && automatic !== "VALID") throw call.refused(`auto_pad "${automatic}"`);
  const { before, after, stride, dilation } = windowOf(call, images, [kernels.shape[2], kernels.shape[3]]);
  const even = sameTwo(before, after);
  const outputPadding = twoOf(call, call.ints("output_padding", spatialZeros(call)));
  let y = convTranspose2d(images, kernels, {
    stride,
    dilation,
    padding: even ? before : 0,
    outputPadding,
    groups: call.int("group", 1),
    bias: call.has(2) ? call.tensor(2) : undefined,
  });
  if (!even) {
    for (const i of [0, 1]) y = cutTensor(y, 2 + i, before[i], y.shape[2 + i] - after[i]);
  }
  return withRankOf(call, y);
}

function maxPoolOf(call: NodeCall): Tensor {
  if (call.node.outputs.length > 1) throw call.refused("the places of the largest are not given");
  const images = asImages(call, 0);
  const window = poolWindowOf(call, images);
  const { size, stride, dilation, before } = window;
  if (fitsPooling(window))
    return withRankOf(call, maxPool2d(images, size, { stride, dilation, padding: before }));
  const grown = padded(images, window, Number.NEGATIVE_INFINITY);
  return withRankOf(call, maxPool2d(grown, size, { stride, dilation }));
}

// Without count_include_pad each mean is over the image alone, however far the window reaches beyond.
function averagePoolOf(call: NodeCall): Tensor {
  const images = asImages(call, 0);
  const window = poolWindowOf(call, images);
  const { size, stride, dilation, before } = window;
  const countsPadding = call.flag("count_include_pad", false);
  if (fitsPooling(window)) {
    return withRankOf(call, avgPool2d(images, size, { stride, dilation, padding: before, countsPadding }));
  }
  const pooled = (x: Tensor): Tensor => avgPool2d(padded(x, window, 0), size, { stride, dilation });
  const sums = pooled(images);
  if (countsPadding) return withRankOf(call, sums);
  const share = pooled(call.device.ones([1, 1, images.shape[2], images.shape[3]], { dtype: images.dtype }));
  return withRankOf(call, div(sums, share));
}

function fitsPooling({ before, after, size }: Window): boolean {
  return sameTwo(before, after) && before.every((rows, i) => rows <= size[i] / 2);
}

// With ceil_mode a last window may reach beyond the padding, as if there were more of it; it begins on the image or the
// padding before it.
function poolWindowOf(call: NodeCall, images: Tensor): Window {
  const window = windowOf(call, images, undefined);
  if (!call.flag("ceil_mode", false)) return window;
  const after = [0, 1].map((i) => {
    const { before, after, stride, dilation, size } = window;
    const extent = images.shape[2 + i];
    const reach = dilation[i] * (size[i] - 1) + 1;
    const room = extent + before[i] + after[i] - reach;
    let last = Math.ceil(room / stride[i]);
    if (last * stride[i] >= extent + before[i]) last--;
    return after[i] + Math.max(last * stride[i] - room, 0);
  });
  const more = after.some((rows, i) => rows > window.after[i]);
  if (more && call.flag("count_include_pad", false)) {
    throw call.refused(
      "ceil_mode together with count_include_pad is not supported where a window reaches beyond the padding",
    );
  }
  return { ...window, after: [after[0], after[1]] };
}

function windowOf(call: NodeCall, images: Tensor, kernel: Two | undefined): Window {
  const rank = call.value(0).shape.length - 2;
  const given = call.optionalInts("kernel_shape");
  const size = given === undefined ? kernel : twoOf(call, given, 1);
  if (size === undefined) throw call.refused("kernel_shape is missing");
  if (kernel !== undefined && !sameTwo(size, kernel)) {
    throw call.refused(`kernel_shape [${given}] is not that of the weight, ${kernel.join(" x ")}`);
  }
  const ones = new Array<number>(rank).fill(1);
  const stride = twoOf(call, call.ints("strides", ones), 1);
  const dilation = twoOf(call, call.ints("dilations", ones), 1);
  const pads = call.ints("pads", [...spatialZeros(call), ...spatialZeros(call)]);
  const before = twoOf(call, pads.slice(0, rank));
  const after = twoOf(call, pads.slice(rank));
  return { size, stride, dilation, ...automatic(call, images, { size, stride, dilation, before, after }) };
}

// SAME: as many windows as the extent divided by the stride, rounded up.
function automatic(call: NodeCall, images: Tensor, window: Window): { before: Two; after: Two } {
  const mode = call.text("auto_pad", "NOTSET");
  if (mode === "NOTSET") return window;
  if (mode === "VALID") return { before: [0, 0], after: [0, 0] };
  if (mode !== "SAME_UPPER" && mode !== "SAME_LOWER") throw call.refused(`auto_pad "${mode}"`);
  const { size, stride, dilation } = window;
  const [first, second] = [0, 1].map((i) => {
    const extent = images.shape[2 + i];
    const reach = dilation[i] * (size[i] - 1) + 1;
    const total = Math.max((Math.ceil(extent / stride[i]) - 1) * stride[i] + reach - extent, 0);
    const less = Math.floor(total / 2);
    return mode === "SAME_UPPER" ? [less, total - less] : [total - less, less];
  });
  return { before: [first[0], second[0]], after: [first[1], second[1]] };
}

function padded(images: Tensor, { before, after }: Window, value: number): Tensor {
  const sides = [0, 1].map((i) => [before[i], after[i]] as const);
  return pad(images, [[0, 0], [0, 0], ...sides], value);
}

// [B, C, L] -> [B, C, 1, L]
function asImages(call: NodeCall, input: number): Tensor {
  const x = call.tensor(input);
  if (x.rank === 4) return x;
  if (x.rank === 3) return reshape(x, [x.shape[0], x.shape[1], 1, x.shape[2]]);
  throw call.refused(`input ${input} has ${x.rank - 2} axes of space; one or two are supported`);
}

function withRankOf(call: NodeCall, y: Tensor): Tensor {
  if (call.value(0).shape.length === 4) return y;
  return reshape(y, [y.shape[0], y.shape[1], y.shape[3]]);
}

function spatialZeros(call: NodeCall): number[] {
  return new Array<number>(call.value(0).shape.length - 2).fill(0);
}

// One number of rows stands for the horizontal one.
function twoOf(call: NodeCall, values: readonly number[], single: number = 0): Two {
  const rank = call.value(0).shape.length - 2;
  if (values.length !== rank || !values.every((value) => Number.isSafeInteger(value) && value >= 0)) {
    throw call.refused(`[${values.join(", ")}] should be ${rank} whole numbers from 0 up`);
  }
  return rank === 1 ? [single, values[0]] : [values[0], values[1]];
}

function sameTwo(a: Two, b: Two): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
