import { uniform } from "@gradwerk/tensor/draws";
import { type Augmentation, checkImages, checkStrength } from "./augmentation.ts";
import { placesOf, sampledAt } from "./sampled.ts";

/**
 * Each image turned about its middle by an angle of up to `most` degrees, both ways; between pixels by the nearest four.
 *
 * @param most degrees
 * @throws NnError `option`, `layer-shape`
 * @example
 * const turned = rotated(10)(images, device.randomKey(7));
 */
export function rotated(most: number): Augmentation {
  checkStrength("rotated", { most });
  return (images, key) => {
    const { dtype, device, shape } = images;
    const bound = (most * Math.PI) / 180;
    return device.scope(() =>
      turnedBy(images, uniform(key, [shape[0], 1, 1], { low: -bound, high: bound, dtype })),
    );
  };
}

/**
 * Images turned about their middles, each by its own angle, against the clock.
 *
 * @param angles in radians, `[B, 1, 1]`
 */
export function turnedBy(
  images: Parameters<Augmentation>[0],
  angles: Parameters<Augmentation>[0],
): typeof images {
  checkImages("rotated", images);
  const [, , height, width] = images.shape;
  return images.device.scope(() => {
    const places = placesOf(images);
    const [y, x] = [places.rows.sub((height - 1) / 2), places.columns.sub((width - 1) / 2)];
    const [cos, sin] = [angles.cos(), angles.sin()];
    const rows = cos
      .mul(y)
      .add(sin.mul(x))
      .add((height - 1) / 2);
    const columns = cos
      .mul(x)
      .sub(sin.mul(y))
      .add((width - 1) / 2);
    return sampledAt(images, rows, columns);
  });
}
