import type { DType } from "../../backend.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The same values in another dtype.
 *
 * ```ts
 * cast(device.tensor([1.7, -1.7]), "int32"); // [1, -1]
 * ```
 *
 * To a smaller float: rounded to nearest, ties to even. Float to integer: truncated towards zero and held within the
 * range of the dtype; NaN gives 0. int32 to uint8: the low eight bits.
 *
 * @throws TensorError `dtype` when the backend lacks it
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  const device = deviceOf("cast", x);
  const out = device.allocate("cast", dtype, x.shape);
  if (x.dtype === dtype) device.run("copy", [out.view], [x.view], {});
  else device.run("cast", [out.view], [x.view], {});
  return device.finish("cast", [x], out, { dtype });
}
