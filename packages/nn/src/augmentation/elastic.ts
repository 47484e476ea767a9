import { conv2d, type Device, type DType, type Tensor } from "@gradwerk/tensor";
import { uniform } from "@gradwerk/tensor/draws";
import { NnError } from "../errors.ts";
import { type Augmentation, checkImages, checkStrength } from "./augmentation.ts";
import { placesOf, sampledAt } from "./sampled.ts";

/**
 * Images pulled about as if they were drawn on rubber: every pixel comes from a place nearby, by random displacements that are
 * smoothed by a Gaussian of deviation `smoothness` and multiplied with `strength`.
 *
 * @param options.strength in pixels, before smoothing. Default: 34
 * @param options.smoothness in pixels. Default: 4
 * @throws NnError `option`, `layer-shape`
 * @example
 * const pulled = elastic({ strength: 34, smoothness: 4 })(images, device.randomKey(7));
 * @see P. Simard et al., "Best practices for convolutional neural networks", ICDAR 2003
 */
export function elastic({
  strength = 34,
  smoothness = 4,
}: {
  readonly strength?: number;
  readonly smoothness?: number;
} = {}): Augmentation {
  checkStrength("elastic", { strength });
  if (!(smoothness > 0 && smoothness < 1000)) {
    throw new NnError("option", `elastic: smoothness must be above 0 and below 1000, got ${smoothness}.`);
  }
  return (images, key) => {
    checkImages("elastic", images);
    const { device, dtype } = images;
    const [batch, , height, width] = images.shape;
    return device.scope(() => {
      const fields = uniform(key, [2 * batch, 1, height, width], { low: -1, high: 1, dtype });
      const pulled = smoothed(fields, smoothness).mul(strength).reshape([2, batch, height, width]);
      const [down, across] = pulled.split(1, 0).map((part) => part.reshape([batch, height, width]));
      const { rows, columns } = placesOf(images);
      return sampledAt(images, rows.add(down), columns.add(across));
    });
  };
}

// A Gaussian in both directions, one after the other; beyond the border there is 0.
function smoothed(fields: Tensor, deviation: number): Tensor {
  const reach = Math.ceil(3 * deviation);
  const kernel = gaussian(fields.device, fields.dtype, deviation, reach);
  const size = 2 * reach + 1;
  const vertical = conv2d(fields, kernel.reshape([1, 1, size, 1]), { padding: [reach, 0] });
  return conv2d(vertical, kernel.reshape([1, 1, 1, size]), { padding: [0, reach] });
}

function gaussian(device: Device, dtype: DType, deviation: number, reach: number): Tensor {
  const values = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-(((i - reach) / deviation) ** 2) / 2),
  );
  const sum = values.reduce((total, value) => total + value, 0);
  return device.tensor(
    values.map((value) => value / sum),
    { dtype },
  );
}
