import type { Pair, Shape } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { checkCounts, checkSample } from "./extents.ts";

/** How a window moves over images, as layers are told it. */
export interface LayerWindow {
  /** From one window to the next. Default: 1; for pooling the size of the window. */
  readonly stride?: Pair;
  /** Rows and columns of zeros around the image, or `"same"`: as many as keep its size at a stride of 1. Default: 0. */
  readonly padding?: Pair | "same";
  /** From one element of the window to the next. Default: 1. */
  readonly dilation?: Pair;
}

/** How a window moves along one axis, in numbers. */
export interface AxisWindow {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

/** The same for both axes of an image, vertical and horizontal. */
export interface WindowNumbers {
  readonly size: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/**
 * @throws NnError `layer-size` for numbers that no window has, and for `"same"` around a window of even size
 */
export function axisWindow(
  layer: string,
  {
    size,
    stride = 1,
    padding = 0,
    dilation = 1,
  }: Partial<Omit<AxisWindow, "padding">> & {
    readonly size: number;
    readonly padding?: number | "same";
  },
): AxisWindow {
  checkCounts(layer, { kernelSize: size, stride, dilation });
  const reach = dilation * (size - 1);
  if (padding === "same" && reach % 2 === 1) {
    throw new NnError(
      "layer-size",
      `${layer}: padding "same" needs a window with a middle, got one of ${size}. Use an odd size, or give a number.`,
    );
  }
  const zeros = padding === "same" ? reach / 2 : padding;
  checkCounts(layer, { padding: zeros }, 0);
  return { size, stride, padding: zeros, dilation };
}

/**
 * @throws NnError `layer-size`, as `axisWindow`
 */
export function windowNumbers(layer: string, kernelSize: Pair, window: LayerWindow): WindowNumbers {
  const { padding = 0 } = window;
  const sizes = pairOf(kernelSize);
  const strides = pairOf(window.stride ?? 1);
  const dilations = pairOf(window.dilation ?? 1);
  const [down, across] = ([0, 1] as const).map((i) =>
    axisWindow(layer, {
      size: sizes[i],
      stride: strides[i],
      padding: padding === "same" ? padding : pairOf(padding)[i],
      dilation: dilations[i],
    }),
  );
  return {
    size: [down.size, across.size],
    stride: [down.stride, across.stride],
    padding: [down.padding, across.padding],
    dilation: [down.dilation, across.dilation],
  };
}

/** How many windows fit along an axis; none where it is too short. */
export function countAlong(extent: number, { size, stride, padding, dilation }: AxisWindow): number {
  return Math.floor((extent + 2 * padding - dilation * (size - 1) - 1) / stride) + 1;
}

/** The shortest axis along which one window fits. */
export function leastAlong({ size, padding, dilation }: AxisWindow): number {
  return Math.max(1, dilation * (size - 1) + 1 - 2 * padding);
}

/**
 * How many windows fit: `[H, W]` -> `[H', W']`.
 *
 * @throws NnError `layer-shape` where not one does
 */
export function windowsIn(layer: string, input: Shape, window: WindowNumbers): [number, number] {
  checkImage(layer, input);
  const axes = ([0, 1] as const).map((i) => alongAxis(window, i));
  const [rows, columns] = axes.map((axis, i) => countAlong(input[1 + i], axis));
  const least = axes.map(leastAlong).join(" x ");
  const advice = "Use a smaller window or more padding.";
  checkSample(layer, rows >= 1 && columns >= 1, `of at least ${least}`, input, advice);
  return [rows, columns];
}

/** @throws NnError `layer-shape` */
export function checkImage(layer: string, input: Shape): void {
  const advice = "Use images with channels first, or reshape before it.";
  checkSample(layer, input.length === 3, "[C, H, W]", input, advice);
}

/** Both directions. */
export function pairOf(value: Pair): readonly [number, number] {
  return typeof value === "number" ? [value, value] : value;
}

/** One of both directions. */
export function alongAxis({ size, stride, padding, dilation }: WindowNumbers, axis: 0 | 1): AxisWindow {
  return { size: size[axis], stride: stride[axis], padding: padding[axis], dilation: dilation[axis] };
}
