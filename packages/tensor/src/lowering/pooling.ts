import type { Pool2dAttributes } from "../backend.ts";
import { requireFloat } from "../core/dtype.ts";
import { TensorError } from "../errors.ts";
import { max } from "../ops/reduction/max.ts";
import { mean } from "../ops/reduction/mean.ts";
import { reshape } from "../ops/shape/reshape.ts";
import type { Tensor } from "../tensor.ts";
import { deviceOf } from "./device-of.ts";
import { fusedResult } from "./fused.ts";
import {
  asPair,
  type Pair,
  requireImages,
  type WindowOptions,
  windowAttributes,
  windowCounts,
  windowsOf,
} from "./windows.ts";

/** How a pooling window moves. */
export interface PoolOptions extends WindowOptions {
  /** From one window to the next. Default: the window's size, so that windows do not overlap. */
  readonly stride?: Pair;
}

/** `maxPool2d` or `avgPool2d`, by the fused kernel or by its decomposition. */
export function pool2d(
  name: string,
  op: "max" | "average",
  x: Tensor,
  sizeGiven: Pair,
  options: PoolOptions,
): Tensor {
  const device = deviceOf(name, x);
  requireImages(name, x);
  requireFloat(name, x.dtype);
  const size = asPair(name, "the window's size", sizeGiven, 1);
  const attributes = { op, size, ...windowAttributes(name, { ...options, stride: options.stride ?? size }) };
  const { padding } = attributes;
  if (padding[0] > size[0] / 2 || padding[1] > size[1] / 2) {
    throw new TensorError(
      "value",
      `${name}: padding ${padding.join(" x ")} exceeds half of the window ${size.join(" x ")}: some windows would see padding alone.`,
    );
  }
  const counts = windowCounts(name, x.shape, size, attributes);
  return device.asOne("pool2d", [x], attributes, () => {
    const shape = [x.shape[0], x.shape[1], ...counts];
    const fused = fusedResult(name, "pool2d", x.dtype, shape, [x], attributes);
    if (fused !== undefined) return fused;
    return reshape(decomposed(name, x, attributes), shape);
  });
}

function decomposed(name: string, x: Tensor, attributes: Pool2dAttributes): Tensor {
  const isMax = attributes.op === "max";
  const fill = isMax ? Number.NEGATIVE_INFINITY : 0;
  const windows = windowsOf(name, x, attributes.size, attributes, fill);
  const options = { axes: [2, 3] };
  if (x.size === 0) return windows;
  return isMax ? max(windows, options) : mean(windows, options);
}
