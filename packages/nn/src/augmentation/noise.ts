import { normal } from "@gradwerk/tensor/draws";
import { type Augmentation, checkImages, checkStrength } from "./augmentation.ts";

/**
 * Random numbers of the normal distribution added to each pixel; what leaves the range from 0 to 1 is cut.
 *
 * @param deviation of the numbers, for pixels from 0 to 1
 * @throws NnError `option`, `layer-shape`
 */
export function noise(deviation: number): Augmentation {
  checkStrength("noise", { deviation });
  return (images, key) => {
    checkImages("noise", images);
    const { device, dtype, shape } = images;
    return device.scope(() => images.add(normal(key, shape, { deviation, dtype })).clip(0, 1));
  };
}
