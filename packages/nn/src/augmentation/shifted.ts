import { foldIn, uniform } from "@gradwerk/tensor/draws";
import { checkWholeNumbers } from "../training/whole-numbers.ts";
import { type Augmentation, checkImages } from "./augmentation.ts";
import { placesOf, sampledAt } from "./sampled.ts";

/**
 * Each image moved by a whole number of pixels, up to `most` in both directions; what comes in is 0.
 *
 * @throws NnError `option`, `layer-shape`
 * @example
 * const moved = shifted(2)(images, device.randomKey(7));
 */
export function shifted(most: number): Augmentation {
  checkWholeNumbers("shifted", { most }, 0);
  return (images, key) => {
    checkImages("shifted", images);
    const [batch] = images.shape;
    const { device, dtype } = images;
    return device.scope(() => {
      const drawn = (number: number) =>
        uniform(foldIn(key, number), [batch, 1, 1], { low: -most - 0.5, high: most + 0.5, dtype })
          .round()
          .clip(-most, most);
      const { rows, columns } = placesOf(images);
      return sampledAt(images, rows.sub(drawn(0)), columns.sub(drawn(1)));
    });
  };
}
