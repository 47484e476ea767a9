import type { Window2dAttributes } from "../backend.ts";
import { checkShape, formatShape, requireArray, type Shape } from "../core/shape.ts";
import { TensorError } from "../errors.ts";
import { pad } from "../ops/shape/pad.ts";
import type { Tensor } from "../tensor.ts";
import { checkForm } from "./fit.ts";
import { checkWhole } from "./options.ts";
import { viewed } from "./views.ts";

/** One number for both directions, or `[vertical, horizontal]`. */
export type Pair = number | readonly [vertical: number, horizontal: number];

/** How a window moves over an image. */
export interface WindowOptions {
  /** From one window to the next. Default: 1. */
  readonly stride?: Pair;
  /** Rows and columns put around the image on every side. Default: 0. */
  readonly padding?: Pair;
  /** From one element of the window to the next. Default: 1. */
  readonly dilation?: Pair;
}

/** @throws TensorError `value` unless both numbers are whole and at least `least` */
export function asPair(op: string, name: string, value: Pair, least: number): readonly [number, number] {
  const pair = typeof value === "number" ? ([value, value] as const) : value;
  requireArray(op, name, pair);
  if (pair.length !== 2) {
    throw new TensorError(
      "value",
      `${op}: ${name} must be a number or [vertical, horizontal], got [${pair}].`,
    );
  }
  for (const part of pair) checkWhole(op, name, part, least);
  return [...pair];
}

/** @throws TensorError `value` */
export function windowAttributes(op: string, options: WindowOptions): Window2dAttributes {
  return {
    stride: asPair(op, "stride", options.stride ?? 1, 1),
    padding: asPair(op, "padding", options.padding ?? 0, 0),
    dilation: asPair(op, "dilation", options.dilation ?? 1, 1),
  };
}

/**
 * How many windows of `size` fit, `[vertical, horizontal]`.
 *
 * @throws TensorError `shape` where not even one fits
 */
export function windowCounts(
  op: string,
  image: Shape,
  size: readonly [number, number],
  { stride, padding, dilation }: Window2dAttributes,
): [number, number] {
  const counts = [0, 1].map((i) => {
    const room = image[image.length - 2 + i] + 2 * padding[i] - dilation[i] * (size[i] - 1) - 1;
    return Math.floor(room / stride[i]) + 1;
  });
  if (size.includes(0) || counts[0] < 1 || counts[1] < 1) {
    throw new TensorError(
      "shape",
      `${op}: a window of ${size.join(" x ")} with dilation ${dilation.join(" x ")} does not fit into ${formatShape(image)} ` +
        `with padding ${padding.join(" x ")}. Use a smaller window or more padding.`,
    );
  }
  return [counts[0], counts[1]];
}

/**
 * Every window of x `[B, C, H, W]` as a view `[B, C, KH, KW, OH, OW]`, on a padded copy where there is padding: the
 * elements of overlapping windows are not repeated in memory.
 */
export function windowsOf(
  op: string,
  x: Tensor,
  size: readonly [number, number],
  window: Window2dAttributes,
  paddingValue: number,
): Tensor {
  const { stride, padding, dilation } = window;
  const [countY, countX] = windowCounts(op, x.shape, size, window);
  const [batch, channels] = x.shape;
  const [top, left] = padding;
  checkShape(op, [batch, channels, ...size, countY, countX]);
  checkShape(op, [batch, channels, x.shape[2] + 2 * top, x.shape[3] + 2 * left]);
  const padded =
    top + left === 0
      ? x
      : pad(
          x,
          [
            [0, 0],
            [0, 0],
            [top, top],
            [left, left],
          ],
          paddingValue,
        );
  const { offset, strides } = padded.layout;
  const [b, c, y, z] = strides;
  return viewed(padded, {
    offset,
    shape: [batch, channels, ...size, countY, countX],
    strides: [b, c, y * dilation[0], z * dilation[1], y * stride[0], z * stride[1]],
  });
}

/** @throws TensorError `shape` unless x is `[batch, channels, height, width]` with at least one pixel */
export function requireImages(op: string, x: Tensor): void {
  checkForm(op, x.rank === 4, "images [batch, channels, height, width]", x);
  checkForm(op, x.shape[2] > 0 && x.shape[3] > 0, "images with at least one pixel", x);
}
