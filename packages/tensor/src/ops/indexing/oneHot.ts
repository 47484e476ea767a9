import type { DType } from "../../backend.ts";
import { checkShape } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkIndices } from "../../lowering/indices.ts";
import { checkWhole } from "../../lowering/options.ts";
import type { Tensor } from "../../tensor.ts";
import { equal } from "../logic/equal.ts";
import { cast } from "../shape/cast.ts";
import { unsqueeze } from "../shape/unsqueeze.ts";

/**
 * Class numbers as rows with a single 1.
 *
 * ```ts
 * oneHot(device.tensor([2, 0], { dtype: "int32" }), 3); // [[0, 0, 1], [1, 0, 0]]
 * ```
 *
 * `indices` is int32 of any shape S, the result `[...S, classes]`. An index outside is refused where the device can
 * read indices at once; else its row is zeros.
 *
 * @param dtype of the result. Default: float32
 * @throws TensorError `dtype`, `value` for a number of classes that is not whole from 1 up, `index`
 * @see torch.nn.functional.one_hot
 */
export function oneHot(
  indices: Tensor,
  classes: number,
  { dtype = "float32" }: { readonly dtype?: DType } = {},
): Tensor {
  const device = deviceOf("oneHot", indices);
  device.assertDtype("oneHot", dtype);
  checkWhole("oneHot", "classes", classes, 1);
  checkShape("oneHot", [classes]);
  checkShape("oneHot", [...indices.shape, classes]);
  checkIndices("oneHot", indices, classes, `the ${classes} classes`);
  return device.scope(() => cast(equal(unsqueeze(indices, -1), device.arange(classes)), dtype));
}
