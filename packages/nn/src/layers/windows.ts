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

/** The same in numbers, vertical and horizontal. */
export interface WindowNumbers {
  readonly size: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/**
 * @throws NnError `layer-size` for numbers that no window has, and for `"same"` around a window of even size
 */
export function windowNumbers(
  layer: string,
  kernelSize: Pair,
  window: LayerWindow,
  stride: Pair,
): WindowNumbers {
  const size = pairOf(kernelSize);
  const dilation = pairOf(window.dilation ?? 1);
  const reach = [0, 1].map((i) => dilation[i] * (size[i] - 1));
  if (window.padding === "same" && reach.some((extent) => extent % 2 === 1)) {
    throw new NnError(
      "layer-size",
      `${layer}: padding "same" needs a window with a middle, got ${size.join(" x ")}. Use odd sizes, or give a number.`,
    );
  }
  const padding =
    window.padding === "same" ? ([reach[0] / 2, reach[1] / 2] as const) : pairOf(window.padding ?? 0);
  const moves = pairOf(window.stride ?? stride);
  for (const i of [0, 1]) {
    checkCounts(layer, { kernelSize: size[i], stride: moves[i], dilation: dilation[i] });
    checkCounts(layer, { padding: padding[i] }, 0);
  }
  return { size, stride: moves, padding, dilation };
}

/**
 * How many windows fit: `[H, W]` -> `[H', W']`.
 *
 * @throws NnError `layer-shape` where not one does
 */
export function windowsIn(
  layer: string,
  input: Shape,
  { size, stride, padding, dilation }: WindowNumbers,
): [number, number] {
  checkSample(
    layer,
    input.length === 3,
    "[C, H, W]",
    input,
    "Use images with channels first, or reshape before it.",
  );
  const counts = [0, 1].map((i) => {
    const room = input[1 + i] + 2 * padding[i] - dilation[i] * (size[i] - 1) - 1;
    return Math.floor(room / stride[i]) + 1;
  });
  const needed = [0, 1].map((i) => Math.max(1, dilation[i] * (size[i] - 1) + 1 - 2 * padding[i]));
  const fits = counts[0] >= 1 && counts[1] >= 1;
  checkSample(
    layer,
    fits,
    `of at least ${needed.join(" x ")}`,
    input,
    "Use a smaller window or more padding.",
  );
  return [counts[0], counts[1]];
}

/** Both directions. */
export function pairOf(value: Pair): readonly [number, number] {
  return typeof value === "number" ? [value, value] : value;
}
